"""Hear an answer as it passes, for what a model thought before its calls."""

import msgspec

from oblivious.adapters.chat.events import ChatEvent, Closed, Given, Grown, Opened, Signed
from oblivious.adapters.chat.folding import Folding
from oblivious.adapters.chat.parts import Reasoning, ToolCall
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.chat.thoughts import by_call, key_of

_MOST_BYTES = 256 * 1024
"""Of the thoughts and calls of one answer; beyond it nothing is kept, and the model thinks anew."""


class Listener:
    """Hears one answer; with `words` it also keeps thoughts that nobody signed."""

    __slots__ = ("_folding", "_growing", "_size", "_whole", "_words")

    def __init__(self, *, words: bool = False) -> None:
        self._words = words
        self._size = 0
        self._folding = Folding()
        self._growing: set[tuple[int, int]] = set()
        self._whole: ChatResponse | None = None

    def hear(self, event: ChatEvent) -> None:
        """Hear an event of a stream; of words it takes no notice."""
        if isinstance(event, Grown):
            if self._growing:
                self._grow(event)
        elif isinstance(event, Opened | Given | Signed):
            self._folding.feed(event)
            if isinstance(event, Opened) and isinstance(event.value, Reasoning | ToolCall):
                self._growing.add((event.choice, event.part))
        elif isinstance(event, Closed):
            self._growing.discard((event.choice, event.part))

    def hear_whole(self, response: ChatResponse) -> None:
        """Hear an answer that is no stream."""
        self._whole = response

    def kept(self) -> dict[str, bytes]:
        """Return what is to be kept, by the key of each call; nothing where nothing was called."""
        found: dict[str, bytes] = {}
        response = self._whole or self._folding.response(None)
        for choice in response.choices:
            for call, kept in by_call(choice.parts):
                if kept.is_signed or (self._words and kept.has_words):
                    found[key_of(call)] = msgspec.json.encode(kept)
        is_light = self._size <= _MOST_BYTES and sum(map(len, found.values())) <= _MOST_BYTES
        return found if is_light else {}

    def _grow(self, event: Grown) -> None:
        if (event.choice, event.part) in self._growing:
            self._size += len(event.text)
            if self._size <= _MOST_BYTES:
                self._folding.feed(event)
