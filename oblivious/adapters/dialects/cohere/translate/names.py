"""Names of tools that Cohere takes (its page on errors, read 2026-11-27)."""

import hashlib
import re

_LEGAL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ILLEGAL = re.compile(r"[^A-Za-z0-9_]")
_KEPT = 48


def legal_name(name: str) -> str:
    """Return a name as it is where it is taken, else always the same other one for it."""
    if _LEGAL.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
    kept = _ILLEGAL.sub("_", name)[:_KEPT]
    return f"_{kept}_{digest}" if kept[:1].isdecimal() else f"{kept}_{digest}"
