"""Ids that every upstream takes."""

import hashlib
import re

_LEGAL = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PLAIN = re.compile(r"[A-Za-z0-9]+")


def legal_id(foreign: str, prefix: str = "call_") -> str:
    """Return an id as it is where every provider would take it, else always the same other one for it.

    A call and its result get the same name without anybody keeping a table.
    """
    if _LEGAL.fullmatch(foreign):
        return foreign
    return prefix + _digest(foreign)[:32]


def plain_id(foreign: str, length: int) -> str:
    """Return an id as it is where it has just so many letters and digits, else always the same other one."""
    if len(foreign) == length and _PLAIN.fullmatch(foreign):
        return foreign
    return _digest(foreign)[:length]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
