"""Embeddings that mean nothing, and are always the same."""

import hashlib
from math import sqrt

DIMENSIONS = 256
MAX_DIMENSIONS = 4096
_MIDDLE = 127.5
_DIGITS = 7


def vector(text: str, dimensions: int) -> list[float]:
    """Return a vector of length 1 that belongs to `text` alone."""
    around_zero = [byte - _MIDDLE for byte in hashlib.shake_128(text.encode()).digest(dimensions)]
    length = sqrt(sum(value * value for value in around_zero))
    return [round(value / length, _DIGITS) for value in around_zero]
