"""OpenRouter's `reasoning_details` in a stream: pieces of a list that must come back whole."""

from typing import Any

import msgspec

from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.lenient import Json, parts

_GROWS = ("text", "summary", "data")
_MOST_BYTES = 1024 * 1024


class Details:
    """Puts the pieces together; beyond a megabyte they are let go, and the model thinks anew."""

    __slots__ = ("_found", "_size")

    def __init__(self) -> None:
        self._found: dict[Any, Json] = {}
        self._size = 0

    def add(self, pieces: Any) -> None:
        """Take the pieces of one chunk."""
        for piece in parts(pieces):
            key = piece.get("index") if isinstance(piece.get("index"), int) else piece.get("id")
            known = self._found.setdefault(key if isinstance(key, int | str) else 0, {})
            for name, value in piece.items():
                if name in _GROWS and isinstance(value, str):
                    self._size += len(value)
                    known[name] = (
                        known.get(name, "") + value if isinstance(known.get(name, ""), str) else value
                    )
                elif value is not None:
                    known[name] = value

    def state(self) -> State | None:
        """Return what must come back, and begin anew; None where nothing came."""
        found, self._found = self._found, {}
        size, self._size = self._size, 0
        if not found or size > _MOST_BYTES:
            return None
        return State(OPENAI_CHAT, msgspec.json.encode(list(found.values())).decode())
