"""Ids that every upstream takes."""

import hashlib
import re

_LEGAL = re.compile(r"[A-Za-z0-9_-]{1,40}")


def legal_id(foreign: str, prefix: str = "call_") -> str:
    """Return an id as it is where every provider would take it, else always the same other one for it.

    A call and its result get the same name without anybody keeping a table.
    """
    if _LEGAL.fullmatch(foreign):
        return foreign
    return prefix + hashlib.sha256(foreign.encode("utf-8", "replace")).hexdigest()[:32]
