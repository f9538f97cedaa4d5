"""Hear an answer as it passes, for what a model thought before its calls."""

import msgspec

from oblivious.adapters.chat.events import ChatEvent, Closed, Given, Grown, Opened, Signed
from oblivious.adapters.chat.parts import Part, Reasoning, ToolCall
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.chat.thoughts import by_call, key_of

_MOST_BYTES = 256 * 1024
"""Of the thoughts and calls of one answer; beyond it nothing is kept, and the model thinks anew."""


class Listener:
    """Hears one answer; with `words` it also keeps thoughts that nobody signed."""

    __slots__ = ("_growing", "_heard", "_size", "_words")

    def __init__(self, *, words: bool = False) -> None:
        self._words = words
        self._size = 0
        self._heard: dict[int, list[_Growing]] = {}
        self._growing: dict[tuple[int, int], _Growing] = {}

    def hear(self, event: ChatEvent) -> None:
        """Hear an event of a stream; of words it takes no notice."""
        if isinstance(event, Grown):
            if self._growing:
                self._grow(event)
        elif isinstance(event, Opened | Given):
            growing = self._begin(event.choice, event.value)
            if isinstance(event, Opened) and isinstance(event.value, Reasoning | ToolCall):
                self._growing[event.choice, event.part] = growing
        elif isinstance(event, Signed):
            signed = self._growing.get((event.choice, event.part))
            if signed is not None:
                signed.value = msgspec.structs.replace(signed.value, state=event.state)
        elif isinstance(event, Closed):
            self._growing.pop((event.choice, event.part), None)

    def hear_whole(self, response: ChatResponse) -> None:
        """Hear an answer that is no stream."""
        for choice in response.choices:
            for part in choice.parts:
                self._begin(choice.index, part)

    def kept(self) -> dict[str, bytes]:
        """Return what is to be kept, by the key of each call; nothing where nothing was called."""
        found: dict[str, bytes] = {}
        for heard in self._heard.values():
            for call, kept in by_call(growing.part() for growing in heard):
                if kept.is_signed or (self._words and kept.has_words):
                    found[key_of(call)] = msgspec.json.encode(kept)
        is_light = self._size <= _MOST_BYTES and sum(map(len, found.values())) <= _MOST_BYTES
        return found if is_light else {}

    def _begin(self, choice: int, value: Part) -> "_Growing":
        growing = _Growing(value)
        self._heard.setdefault(choice, []).append(growing)
        return growing

    def _grow(self, event: Grown) -> None:
        growing = self._growing.get((event.choice, event.part))
        if growing is not None:
            self._size += len(event.text)
            if self._size <= _MOST_BYTES:
                growing.said.append(event.text)


class _Growing:
    """A part, as far as it has come."""

    __slots__ = ("said", "value")

    def __init__(self, value: Part) -> None:
        self.value = value
        self.said: list[str] = []

    def part(self) -> Part:
        """Return the part as it is now."""
        value, said = self.value, "".join(self.said)
        if isinstance(value, Reasoning):
            return msgspec.structs.replace(value, text=value.text + said)
        if isinstance(value, ToolCall):
            return msgspec.structs.replace(value, arguments=value.arguments + said)
        return value
