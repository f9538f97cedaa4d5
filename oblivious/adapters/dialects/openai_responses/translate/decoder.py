"""The stream of an upstream that speaks the Responses API, as neutral events."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.events import Begun, ChatEvent, Counted, Ended, Failed, Finished
from oblivious.adapters.chat.parts import Part, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.openai_responses.translate.answer_reader import (
    Answered,
    decode_answered,
    finish_of,
    text_of,
    time_of,
)
from oblivious.adapters.dialects.openai_responses.translate.faults import failure_in, fault_in
from oblivious.adapters.dialects.openai_responses.translate.heard import Call, Message, Thought
from oblivious.adapters.dialects.openai_responses.translate.register import Kind, Register
from oblivious.adapters.dialects.openai_responses.usage import read_usage
from oblivious.adapters.lenient import BROKEN, object_in, part
from oblivious.contracts.errors import Garbled

_DONE = b"[DONE]"
_FAILED = "response.failed"

_CALL = ToolCall(id="", name="")
_SUMMARY = Reasoning(summary=True)
_PIECES: dict[str, tuple[Kind, Part]] = {
    "response.output_text.delta": (Message, Text()),
    "response.refusal.delta": (Message, Refusal()),
    "response.reasoning_text.delta": (Thought, Reasoning()),
    "response.reasoning_summary_text.delta": (Thought, _SUMMARY),
    "response.function_call_arguments.delta": (Call, _CALL),
    "response.custom_tool_call_input.delta": (Call, _CALL),
}
"""Events that tell a piece of an item."""

_WHOLES: dict[str, tuple[Kind, Part, str]] = {
    "response.output_text.done": (Message, Text(), "text"),
    "response.refusal.done": (Message, Refusal(), "refusal"),
    "response.reasoning_text.done": (Thought, Reasoning(), "text"),
    "response.reasoning_summary_text.done": (Thought, _SUMMARY, "text"),
    "response.function_call_arguments.done": (Call, _CALL, "arguments"),
    "response.custom_tool_call_input.done": (Call, _CALL, "input"),
}
"""Events that tell all the words at once, and the member that has them."""


class _Event(msgspec.Struct):
    """What is read of an event."""

    type: Any = None
    item_id: Any = None
    output_index: Any = None
    content_index: Any = None
    summary_index: Any = None
    delta: Any = None
    text: Any = None
    refusal: Any = None
    arguments: Any = None
    input: Any = None
    logprobs: Any = None
    annotation: Any = None
    part: Any = None
    item: Any = None
    response: msgspec.Raw = msgspec.Raw(b"null")


_decode = msgspec.json.Decoder(_Event).decode


class ResponsesDecoder:
    """Reads events, also those of imitators, who leave some out."""

    __slots__ = ("_begun", "_items")

    def __init__(self, plan: UpstreamPlan) -> None:
        self._begun = False
        self._items = Register(plan)

    def feed(self, data: bytes) -> Iterable[ChatEvent]:
        """Read one event."""
        try:
            event = _decode(data)
        except BROKEN:
            return (
                ()
                if data.startswith(_DONE)
                else (Failed(Garbled("the provider sent an event that is not JSON")),)
            )
        kind = text_of(event.type)
        known = _PIECES.get(kind)
        if known is not None:
            return self._piece(event, *known)
        read = _EVENTS.get(kind)
        return () if read is None else read(self, event, data)

    def finish(self) -> Iterable[ChatEvent]:
        """Say nothing: a stream without its last event broke off."""
        return ()

    def _piece(self, event: _Event, kind: Kind, empty: Part) -> Iterable[ChatEvent]:
        words = event.delta
        if not isinstance(words, str) or not words:
            return ()
        item = self._items.growing(kind, event.item_id, event.output_index)
        return item.say(empty, _place(event), words, event.logprobs)

    def whole(self, event: _Event, _data: bytes) -> Iterator[ChatEvent]:
        """Read all the words of something."""
        kind, empty, member = _WHOLES[event.type]
        words = text_of(getattr(event, member))
        found = self._items.find(event.item_id, event.output_index)
        if words and (found is None or not found.ended):
            item = self._items.growing(kind, event.item_id, event.output_index)
            yield from item.whole(empty, _place(event), words, event.logprobs)

    def begins(self, event: _Event, _data: bytes) -> Iterator[ChatEvent]:
        """Read the promise of an answer, once."""
        answer = None if self._begun else _answered(event)
        if answer is not None:
            self._begun = True
            yield Begun(text_of(answer.id), time_of(answer.created_at))

    def added(self, event: _Event, _data: bytes) -> Iterable[ChatEvent]:
        """Read the beginning of an item."""
        return self._items.add(part(event.item), event.output_index)

    def done(self, event: _Event, _data: bytes) -> Iterable[ChatEvent]:
        """Read a complete item."""
        return self._items.end(part(event.item), event.output_index)

    def content_done(self, event: _Event, _data: bytes) -> Iterable[ChatEvent]:
        """Read a complete content of a message."""
        message = self._items.find(event.item_id, event.output_index)
        if not isinstance(message, Message) or message.ended:
            return ()
        return message.close(_place(event), part(event.part))

    def cited(self, event: _Event, _data: bytes) -> Iterable[ChatEvent]:
        """Read what a text rests on."""
        message = self._items.growing(Message, event.item_id, event.output_index)
        return message.cite(_place(event), event.annotation) if isinstance(message, Message) else ()

    def error(self, _event: _Event, data: bytes) -> Iterator[ChatEvent]:
        """Read an error; an event without a type that says of none is passed over."""
        fault = fault_in(object_in(data) or {})
        if fault is not None:
            yield Failed(fault)

    def ends(self, event: _Event, data: bytes) -> Iterator[ChatEvent]:
        """Read the end of a response."""
        answer = _answered(event)
        if event.type == _FAILED or (answer is not None and answer.status == "failed"):
            yield Failed(failure_in(answer, object_in(data) or {}))
            return
        if answer is None:
            yield Failed(Garbled("the provider's last event has no response"))
            return
        yield from self._items.end_all(answer.output)
        usage = read_usage(answer)
        if usage is not None:
            yield Counted(usage, service_tier=text_of(answer.service_tier))
        yield Finished(0, finish_of(answer, called=self._items.called))
        yield Ended()


def _answered(event: _Event) -> Answered | None:
    try:
        return decode_answered(event.response)
    except BROKEN:
        return None


def _place(event: _Event) -> int:
    """Return the index of a content or of a summary in its item."""
    place = event.content_index if event.summary_index is None else event.summary_index
    return place if isinstance(place, int) else 0


_EVENTS: dict[str, Callable[[ResponsesDecoder, _Event, bytes], Iterable[ChatEvent]]] = {
    **dict.fromkeys(("response.created", "response.queued", "response.in_progress"), ResponsesDecoder.begins),
    **dict.fromkeys(_WHOLES, ResponsesDecoder.whole),
    **dict.fromkeys(("response.completed", "response.incomplete", _FAILED), ResponsesDecoder.ends),
    **dict.fromkeys(("error", ""), ResponsesDecoder.error),
    "response.output_item.added": ResponsesDecoder.added,
    "response.output_item.done": ResponsesDecoder.done,
    "response.content_part.done": ResponsesDecoder.content_done,
    "response.output_text.annotation.added": ResponsesDecoder.cited,
}
