"""Names of tools that Anthropic takes (its API reference, 2026-11)."""

import hashlib
import re

_LEGAL = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ILLEGAL = re.compile(r"[^A-Za-z0-9_-]")
_KEPT = 48


def legal_name(name: str) -> str:
    """Return a name as it is where it is taken, else always the same other one for it."""
    if _LEGAL.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{_ILLEGAL.sub('_', name)[:_KEPT]}_{digest}"
