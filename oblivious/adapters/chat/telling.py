"""A whole answer, or a whole part, as the stream it might have been."""

from collections.abc import Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Finished,
    Given,
    Grown,
    Opened,
    Signed,
)
from oblivious.adapters.chat.parts import Audio, Part, Reasoning, Refusal, Source, Text, ToolCall
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.lenient import part

_Words = Text | Reasoning | Refusal


def told(response: ChatResponse) -> Iterator[ChatEvent]:
    """Yield the events of an answer: each part in one piece."""
    yield Begun(response.id, response.created)
    for choice in response.choices:
        yield from _choice(choice)
    if response.usage is not None:
        yield Counted(response.usage, service_tier=response.service_tier)
    yield Ended()


def _choice(choice: Choice) -> Iterator[ChatEvent]:
    probs = part(choice.logprobs).get("content")
    for number, value in enumerate(choice.parts):
        if isinstance(value, Text):
            yield from told_part(value, number, choice.index, probs)
            probs = None
        else:
            yield from told_part(value, number, choice.index)
    yield Finished(choice.index, choice.finish, choice.stopped_by, choice.said)


def told_part(value: Part, number: int, choice: int = 0, logprobs: Any = None) -> Iterator[ChatEvent]:
    """Yield the events of a part that is complete."""
    if isinstance(value, ToolCall):
        yield Opened(choice, number, msgspec.structs.replace(value, arguments=""))
        grown = Grown(choice, number, value.arguments)
    elif isinstance(value, Audio):
        empty = msgspec.structs.replace(value, source=Source(), transcript="", state=None)
        yield Opened(choice, number, empty)
        grown = Grown(choice, number, value.transcript, audio=value.source.data)
    elif isinstance(value, _Words):
        yield Opened(choice, number, _emptied(value))
        grown = Grown(choice, number, value.text, logprobs)
    else:
        yield Given(choice, number, value)
        return
    if grown.text or grown.audio:
        yield grown
    yield from _closed(choice, number, value)


def _closed(choice: int, number: int, value: Part) -> Iterator[ChatEvent]:
    for citation in value.citations if isinstance(value, Text) else ():
        yield Cited(choice, number, citation)
    if value.state is not None and not isinstance(value, ToolCall):  # a call brought its state with it
        yield Signed(choice, number, value.state)
    yield Closed(choice, number)


def _emptied(value: _Words) -> Part:
    if isinstance(value, Text):
        return msgspec.structs.replace(value, text="", citations=(), state=None)
    return msgspec.structs.replace(value, text="", state=None)
