"""Vectors between their forms: a list of numbers, and base64 of 32-bit floats, low byte first."""

import base64
import binascii
import math
import struct
import sys
from array import array
from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from oblivious.adapters.lenient import BROKEN

Vector: TypeAlias = "array[float]"
"""Numbers as they were said, in eight bytes each: a Python list of them takes four times that."""

_FLOAT = 4
_decode = msgspec.json.Decoder(list[float] | str).decode


def vectors_in(raws: Iterable[msgspec.Raw]) -> tuple[Vector, ...] | None:
    """Return the vectors that an answer has, None where one of them is none."""
    found: list[Vector] = []
    for raw in raws:
        vector = _vector(raw)
        if not vector:
            return None
        found.append(vector)
    return tuple(found)


def packed(vector: Vector) -> str:
    """Return a vector as base64; a number too large for 32 bits becomes infinite."""
    short = array("f", vector)
    if sys.byteorder == "big":
        short.byteswap()
    return base64.b64encode(short).decode("ascii")


def spelled(vector: Vector) -> msgspec.Raw:
    """Return a vector as a JSON list."""
    return msgspec.Raw(msgspec.json.encode(vector.tolist()))


def _vector(raw: msgspec.Raw) -> "Vector | None":
    try:
        value = _decode(raw)
    except BROKEN:
        return None
    return _unpacked(value) if isinstance(value, str) else array("d", value)


def _unpacked(text: str) -> "Vector | None":
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(data) % _FLOAT:
        return None
    vector = array("d", struct.unpack(f"<{len(data) // _FLOAT}f", data))
    return vector if all(map(math.isfinite, vector)) else None
