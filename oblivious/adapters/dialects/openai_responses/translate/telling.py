"""A whole part as events, as if it had come in a stream."""

from collections.abc import Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.events import ChatEvent, Cited, Closed, Given, Grown, Opened, Signed
from oblivious.adapters.chat.parts import Part, Reasoning, Refusal, Text, ToolCall


def told(part: Part, number: int, logprobs: Any = None) -> Iterator[ChatEvent]:
    """Yield the events of a part that is complete."""
    words = _words_of(part)
    if words is None:
        yield Given(0, number, part)
        return
    yield Opened(0, number, _empty(part))
    if words:
        yield Grown(0, number, words, logprobs)
    if isinstance(part, Text):
        yield from (Cited(0, number, citation) for citation in part.citations)
    if part.state is not None:
        yield Signed(0, number, part.state)
    yield Closed(0, number)


def _words_of(part: Part) -> str | None:
    """Return what a part grows by, None for one that comes in one piece."""
    if isinstance(part, ToolCall):
        return part.arguments
    return part.text if isinstance(part, Text | Reasoning | Refusal) else None


def _empty(part: Part) -> Part:
    if isinstance(part, ToolCall):
        return msgspec.structs.replace(part, arguments="", state=None)
    return Reasoning(summary=part.summary) if isinstance(part, Reasoning) else type(part)()
