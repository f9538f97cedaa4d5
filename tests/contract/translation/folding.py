"""Whole answers to events, and events to whole answers."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Failed,
    Finished,
    Given,
    Grown,
    Opened,
    Signed,
)
from oblivious.adapters.chat.parts import Audio, Part, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.response import ChatResponse, Choice

_PIECE = 3


def events_of(answer: ChatResponse, piece: int = _PIECE) -> Iterator[ChatEvent]:
    """Tell an answer in pieces of so many letters, as an upstream would."""
    yield Begun("upstream-id")
    for choice in answer.choices:
        for number, part in enumerate(choice.parts):
            yield from _told(choice.index, number, part, choice.logprobs, piece)
        yield Finished(choice.index, choice.finish, choice.stopped_by, choice.said)
    if answer.usage is not None:
        yield Counted(answer.usage)
    yield Ended()


def _told(choice: int, number: int, part: Part, logprobs: Any, size: int) -> Iterator[ChatEvent]:
    words = part.arguments if isinstance(part, ToolCall) else getattr(part, "text", None)
    if words is None:
        yield Given(choice, number, part)
        return
    empty: dict[str, Any] = {"arguments": ""} if isinstance(part, ToolCall) else {"text": "", "state": None}
    if isinstance(part, Text):
        empty["citations"] = ()
    yield Opened(choice, number, msgspec.structs.replace(part, **empty))
    pieces = [words[at : at + size] for at in range(0, len(words), size)]
    probs = (logprobs or {}).get("content") if isinstance(part, Text) else None
    for place, piece in enumerate(pieces):
        yield Grown(choice, number, piece, probs if place == 0 else None)
    for citation in part.citations if isinstance(part, Text) else ():
        yield Cited(choice, number, citation)
    if part.state is not None and not isinstance(part, ToolCall):
        yield Signed(choice, number, part.state)
    yield Closed(choice, number)


class _Folded:
    def __init__(self) -> None:
        self.parts: dict[int, Part] = {}
        self.finished: Finished | None = None
        self.logprobs: list[Any] = []


def folded(events: Iterable[ChatEvent]) -> ChatResponse:
    """Put a stream together; it must keep the rules of neutral streams."""
    choices: dict[int, _Folded] = {}
    usage, ended = None, False
    open_parts: set[tuple[int, int]] = set()
    for event in events:
        assert not ended, f"{event} after the end"
        match event:
            case Counted():
                usage = event.usage if event.complete else usage
            case Ended():
                ended = True
            case Begun():
                pass
            case Finished():
                assert not [part for part in open_parts if part[0] == event.choice], (
                    "finished while a part is open"
                )
                choices.setdefault(event.choice, _Folded()).finished = event
            case Failed():
                raise AssertionError(event.error)
            case _:
                _fold(choices.setdefault(event.choice, _Folded()), event, open_parts)
    assert ended, "the stream has no end"
    return ChatResponse(
        tuple(_choice(number, choices[number]) for number in sorted(choices)),
        usage,
    )


def _fold(choice: _Folded, event: Any, open_parts: set[tuple[int, int]]) -> None:
    where = (event.choice, event.part)
    if isinstance(event, Opened | Given):
        assert event.part == len(choice.parts), "part numbers rise"
        choice.parts[event.part] = event.value
        if isinstance(event, Opened):
            open_parts.add(where)
        return
    assert where in open_parts, f"{event} of a part that is not open"
    part = choice.parts[event.part]
    if isinstance(event, Closed):
        open_parts.remove(where)
    elif isinstance(event, Signed):
        choice.parts[event.part] = msgspec.structs.replace(part, state=event.state)
    elif isinstance(event, Cited) and isinstance(part, Text):
        choice.parts[event.part] = msgspec.structs.replace(part, citations=(*part.citations, event.citation))
    elif isinstance(event, Grown):
        choice.logprobs += event.logprobs or []
        choice.parts[event.part] = _grown(part, event)


def _grown(part: Part, event: Grown) -> Part:
    match part:
        case ToolCall():
            return msgspec.structs.replace(part, arguments=part.arguments + event.text)
        case Text() | Reasoning() | Refusal():
            return msgspec.structs.replace(part, text=part.text + event.text)
        case Audio():
            source = msgspec.structs.replace(part.source, data=part.source.data + event.audio)
            return msgspec.structs.replace(part, source=source, transcript=part.transcript + event.text)
    raise AssertionError(f"{type(part).__name__} does not grow")


def _choice(number: int, choice: _Folded) -> Choice:
    assert choice.finished is not None, "a choice never finished"
    probs = {"content": choice.logprobs, "refusal": None} if choice.logprobs else None
    parts = tuple(choice.parts[place] for place in sorted(choice.parts))
    return Choice(
        parts, choice.finished.finish, number, choice.finished.stopped_by, probs, choice.finished.said
    )
