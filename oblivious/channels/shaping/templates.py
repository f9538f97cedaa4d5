"""Texts with placeholders in them."""

import re
from functools import lru_cache
from typing import NamedTuple

from oblivious.channels.shaping.facts import HEADER, PLACEHOLDERS, Facts
from oblivious.channels.shaping.names import check_visible

_PIECES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_BRACES = {"{{": "{", "}}": "}"}


class Placeholder(NamedTuple):
    """A name between braces."""

    name: str


@lru_cache(4096)
def template_of(text: str) -> tuple[str | Placeholder, ...]:
    """Read a template; braces that are no placeholder's are doubled.

    Raises:
        ValueError: says what is wrong with it.
    """
    return tuple(_piece(found) for found in _PIECES.finditer(text))


def filled(text: str, facts: Facts) -> str | None:
    """Return a template with its placeholders filled in; None where the client sent no such header."""
    pieces = [piece if isinstance(piece, str) else _value(piece.name, facts) for piece in template_of(text)]
    told = [piece for piece in pieces if piece is not None]
    return "".join(told) if len(told) == len(pieces) else None


def _piece(found: re.Match[str]) -> str | Placeholder:
    text, name = found[0], found[1]
    if name is not None:
        return Placeholder(_known(name))
    if text in ("{", "}"):
        raise ValueError("has a single brace; a brace that is no placeholder's is doubled")
    return _BRACES.get(text, text)


def _known(name: str) -> str:
    if name.startswith(HEADER):
        check_visible(name.removeprefix(HEADER))
        return name
    if name not in PLACEHOLDERS:
        raise ValueError(f"has no placeholder {{{name}}}: there are {', '.join(PLACEHOLDERS)}, header:x-name")
    return name


def _value(name: str, facts: Facts) -> str | None:
    if name.startswith(HEADER):
        return facts.header(name.removeprefix(HEADER))
    return PLACEHOLDERS[name](facts)
