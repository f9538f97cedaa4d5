"""Names of functions that Gemini takes, and the way back to those that the client gave."""

import hashlib
import re

_LEGAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}")
_ILLEGAL = re.compile(r"[^A-Za-z0-9_.:-]")
_LONGEST = 64
_MARK = 8


class LegalNames:
    """The names of one request.

    Attributes:
        changed: the upstream's name to the client's, where they differ.
    """

    def __init__(self) -> None:
        self.changed: dict[str, str] = {}

    def upstream(self, name: str) -> str:
        """Return the name of a function as it goes up (rules of the Gemini API reference, 2026-11)."""
        if _LEGAL.fullmatch(name):
            return name
        mark = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:_MARK]
        legal = f"_{_ILLEGAL.sub('_', name)[: _LONGEST - _MARK - 2]}_{mark}"
        self.changed[legal] = name
        return legal
