"""Calls of a stream that are still open."""

from collections.abc import Iterable
from typing import Protocol

from oblivious.adapters.chat.events import ChatEvent, Closed, Failed, Grown, Opened
from oblivious.adapters.chat.parts import Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.cohere.translate.calls import call_of, is_answer
from oblivious.adapters.dialects.cohere.translate.reading import unwrapped
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import Garbled

_MOST_KEPT = 16 * 1024 * 1024
"""Characters of a call that is kept until it is whole; what is larger is no call."""


class OpenCall(Protocol):
    """One call."""

    def begin(self) -> Iterable[ChatEvent]:
        """Say that it opens."""
        ...

    def grow(self, arguments: str) -> Iterable[ChatEvent]:
        """Say how its arguments go on."""
        ...

    def end(self) -> Iterable[ChatEvent]:
        """Say that it is complete."""
        ...


def opened(call: Json, number: int, plan: UpstreamPlan) -> OpenCall:
    """Return a call by how it starts; `number` is that of its part."""
    if is_answer(call, plan):
        return Growing(number, Text())
    made = call_of(call, plan)
    return Custom(number, made) if made.custom else Growing(number, made)


class Growing:
    """A call whose arguments go on as they come, or the answer that stands in them."""

    __slots__ = ("_number", "_part")

    def __init__(self, number: int, part: ToolCall | Text) -> None:
        self._number = number
        self._part = part

    def begin(self) -> Iterable[ChatEvent]:
        """See `OpenCall.begin`."""
        return (Opened(0, self._number, self._part),)

    def grow(self, arguments: str) -> Iterable[ChatEvent]:
        """See `OpenCall.grow`."""
        return (Grown(0, self._number, arguments),) if arguments else ()

    def end(self) -> Iterable[ChatEvent]:
        """See `OpenCall.end`."""
        return (Closed(0, self._number),)


class Custom:
    """The call of a tool that takes free text: the text can be read when its wrapping is complete."""

    __slots__ = ("_call", "_number", "_pieces", "_size")

    def __init__(self, number: int, call: ToolCall) -> None:
        self._number = number
        self._call = call
        self._pieces: list[str] = []
        self._size = 0

    def begin(self) -> Iterable[ChatEvent]:
        """See `OpenCall.begin`."""
        return (Opened(0, self._number, self._call),)

    def grow(self, arguments: str) -> Iterable[ChatEvent]:
        """Keep a piece; say that the upstream failed if there are too many."""
        self._pieces.append(arguments)
        self._size += len(arguments)
        if self._size > _MOST_KEPT:
            return (Failed(Garbled("the provider sent a call that does not end")),)
        return ()

    def end(self) -> Iterable[ChatEvent]:
        """Say the text, and that the call is complete."""
        words = unwrapped("".join(self._pieces))
        grown = (Grown(0, self._number, words),) if words else ()
        return *grown, Closed(0, self._number)
