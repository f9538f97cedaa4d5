"""Token counts from lengths, where nobody has counted yet or ever will."""

import re
from collections.abc import Set as AbstractSet
from typing import Any

from oblivious.adapters.lenient import is_list, part
from oblivious.adapters.members import Body

BYTES_A_TOKEN = 4
"""Of UTF-8 text: about four letters of English, or one and a third characters of Chinese."""

MEDIUM_TOKENS = 1_600
"""What an image, a sound or a document is taken for."""

_MOST_A_MEDIUM = 50_000
_OVERHEAD = 1_024
_BEFORE_BASE64 = (b"base64,", b'"data"')
_BASE64 = re.compile(rb'(?:[ \t\n\r]*:[ \t\n\r]*")?[A-Za-z0-9+/_-]{64}')
_MEDIUM = re.compile(rb'"(?:image_url|input_image|image|input_audio|document|file|input_file|video_url)"')


def tokens_in(text_bytes: int) -> int:
    """Return the tokens that a text of so many bytes is likely to have."""
    return -(-text_bytes // BYTES_A_TOKEN)


def estimate_input_tokens(body: Body) -> int:
    """Estimate the input tokens of a request by its length; base64 counts as media, never as text."""
    media, weight = 0, 0
    for needle in _BEFORE_BASE64:
        at = body.find(needle)
        while at >= 0:
            size = _base64_at(body, at + len(needle))
            media += 1 if size else 0
            weight += size
            at = body.find(needle, at + len(needle) + size)
    return tokens_in(len(body) - weight) + media * MEDIUM_TOKENS


def input_bound(body: Body) -> int:
    """Return a bound that the input tokens of a request stay under.

    A token is at least one byte of text, and the body has all the text. What a provider wraps around it, and
    what a medium is worth, have a generous allowance; what the provider keeps itself (earlier responses) has
    none: it can't be bounded from here.
    """
    return len(body) + _OVERHEAD + _MOST_A_MEDIUM * sum(1 for _ in _MEDIUM.finditer(body))


def text_in(value: Any, names: AbstractSet[str]) -> int:
    """Return the bytes of all strings that are members with one of these names, at any depth."""
    if is_list(value):
        return sum(text_in(inner, names) for inner in value)
    total = 0
    for name, inner in part(value).items():
        if not isinstance(inner, str):
            total += text_in(inner, names)
        elif name in names:
            total += len(inner.encode("utf-8", "replace"))
    return total


def _base64_at(body: Body, start: int) -> int:
    """Return how many bytes of base64 stand there, as the rest of a text or as a member's value."""
    found = _BASE64.match(body, start)
    if found is None:
        return 0
    end = body.find(b'"', found.end())
    return (end if end >= 0 else len(body)) - start
