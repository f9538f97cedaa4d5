"""A stream put together to the whole answer that it tells."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Counted,
    Finished,
    Given,
    Grown,
    Opened,
    Signed,
)
from oblivious.adapters.chat.parts import Audio, Citation, Part, Reasoning, Refusal, Source, Text, ToolCall
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.contracts.usage import Usage


class _Growing:
    """One part, and what has been added to it."""

    __slots__ = ("citations", "sounds", "state", "value", "words")

    def __init__(self, value: Part) -> None:
        self.value = value
        self.words: list[str] = []
        self.sounds: list[str] = []
        self.citations: list[Citation] = []
        self.state: State | None = None

    def part(self) -> Part:
        """Return the part as it is now."""
        value = self.value
        if self.state is not None:
            value = msgspec.structs.replace(value, state=self.state)
        return _text(value, self) if isinstance(value, _Words) else _other(value, self)


_Words = Text | Reasoning | Refusal


def _text(value: _Words, grown: _Growing) -> Part:
    text = value.text + "".join(grown.words)
    if isinstance(value, Text) and grown.citations:
        return msgspec.structs.replace(value, text=text, citations=(*value.citations, *grown.citations))
    return msgspec.structs.replace(value, text=text)


def _other(value: Part, grown: _Growing) -> Part:
    words = "".join(grown.words)
    if isinstance(value, ToolCall):
        return msgspec.structs.replace(value, arguments=value.arguments + words)
    if isinstance(value, Audio) and (words or grown.sounds):
        source = Source(data=value.source.data + "".join(grown.sounds), media_type=value.source.media_type)
        return msgspec.structs.replace(value, source=source, transcript=value.transcript + words)
    return value


class _Speaking:
    """One choice."""

    __slots__ = ("finished", "logprobs", "parts")

    def __init__(self) -> None:
        self.parts: dict[int, _Growing] = {}
        self.logprobs: list[Any] = []
        self.finished: Finished | None = None

    def choice(self, index: int) -> Choice:
        """Return the choice as it is now."""
        end = self.finished or Finished(index, Finish.STOP)
        probs = {"content": self.logprobs, "refusal": None} if self.logprobs else None
        parts = tuple(self.parts[number].part() for number in sorted(self.parts))
        return Choice(parts, end.finish, index, end.stopped_by, probs, end.said)


class Folding:
    """Takes the events of a stream, as an encoder does, and keeps what they say."""

    __slots__ = ("_begun", "_choices", "_tier")

    def __init__(self) -> None:
        self._begun = Begun()
        self._choices: dict[int, _Speaking] = {}
        self._tier = ""

    def feed(self, event: ChatEvent) -> bytes:
        """Keep what an event says; nothing goes to the client yet."""
        keep = _KEEP.get(type(event))
        if keep is not None:
            keep(self, event)
        return b""

    def response(self, usage: Usage | None) -> ChatResponse:
        """Return the answer that the events told, which used so much."""
        choices = tuple(self._choices[index].choice(index) for index in sorted(self._choices))
        return ChatResponse(choices, usage, self._begun.id, self._begun.created, self._tier)

    def begin(self, event: Begun) -> None:
        """Keep what the upstream calls the answer."""
        self._begun = event

    def add(self, event: Opened | Given) -> None:
        """Keep a new part."""
        self._speaking(event.choice).parts[event.part] = _Growing(event.value)

    def grow(self, event: Grown) -> None:
        """Keep more of a part."""
        speaking = self._speaking(event.choice)
        part = speaking.parts.get(event.part)
        if part is not None:
            part.words.append(event.text)
            part.sounds.append(event.audio)
        speaking.logprobs += event.logprobs or ()

    def sign(self, event: Signed) -> None:
        """Keep the state of a part."""
        part = self._speaking(event.choice).parts.get(event.part)
        if part is not None:
            part.state = event.state

    def cite(self, event: Cited) -> None:
        """Keep what a text rests on."""
        part = self._speaking(event.choice).parts.get(event.part)
        if part is not None:
            part.citations.append(event.citation)

    def finish(self, event: Finished) -> None:
        """Keep why a choice ended."""
        self._speaking(event.choice).finished = event

    def count(self, event: Counted) -> None:
        """Keep the tier; the usage is counted by whom the events pass."""
        self._tier = event.service_tier or self._tier

    def _speaking(self, choice: int) -> _Speaking:
        return self._choices.setdefault(choice, _Speaking())


_KEEP: dict[type[ChatEvent], Callable[[Folding, Any], None]] = {
    Begun: Folding.begin,
    Opened: Folding.add,
    Given: Folding.add,
    Grown: Folding.grow,
    Signed: Folding.sign,
    Cited: Folding.cite,
    Finished: Folding.finish,
    Counted: Folding.count,
}
