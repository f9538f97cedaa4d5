"""The stream of an upstream as neutral events."""

from collections.abc import Callable, Iterable
from typing import Any

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Failed,
    Finished,
    Grown,
    Opened,
)
from oblivious.adapters.chat.parts import Reasoning, Text
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.cohere.faults import fault_in
from oblivious.adapters.dialects.cohere.translate.calls import is_answer
from oblivious.adapters.dialects.cohere.translate.citations import read_citation
from oblivious.adapters.dialects.cohere.translate.finish import failure, read_finish
from oblivious.adapters.dialects.cohere.translate.logprobs import read_item
from oblivious.adapters.dialects.cohere.translate.open_calls import OpenCall, opened
from oblivious.adapters.dialects.cohere.translate.reading import arguments_in, word
from oblivious.adapters.dialects.cohere.usage import counted
from oblivious.adapters.lenient import Json, is_object, object_in, part, parts
from oblivious.contracts.errors import Garbled

_DONE = b"[DONE]"
"""How streams of chat end; Cohere's SDK expects that it may be said here, too."""

_Spoken = type[Text] | type[Reasoning]


class ChatDecoder:
    """Reads the events of one attempt.

    A text stays open until something else begins: what it rests on may be told after its end.
    """

    __slots__ = ("_called", "_calls", "_ended", "_next", "_number", "_plan", "_spoken")

    def __init__(self, plan: UpstreamPlan) -> None:
        self._plan = plan
        self._next = 0
        self._spoken: _Spoken | None = None
        self._number = 0
        self._calls: dict[int, OpenCall] = {}
        self._called = False
        self._ended = False

    def feed(self, data: bytes) -> Iterable[ChatEvent]:
        """Return what the data of one event says."""
        event = object_in(data)
        if event is None:
            return () if data.strip() == _DONE else (_garbled("an event that is not a JSON object"),)
        if self._ended:
            return ()
        read = _EVENTS.get(word(event, "type"))
        if read is None:
            return _unknown(event)
        try:
            return read(self, event)
        except RecursionError:
            return (_garbled("an event that is nested too deeply"),)

    def finish(self) -> Iterable[ChatEvent]:
        """Say nothing: only `message-end` ends a stream."""
        return ()

    def start(self, event: Json) -> Iterable[ChatEvent]:
        """Read `message-start`."""
        return (Begun(word(event, "id")),)

    def open_content(self, event: Json) -> Iterable[ChatEvent]:
        """Read `content-start`."""
        content = _content(event)
        kind = _KINDS.get(word(content, "type"))
        if kind is None:
            return self._hush()
        return [*self._open(kind), *self._say(kind, word(content, "text") or word(content, "thinking"))]

    def grow_content(self, event: Json) -> Iterable[ChatEvent]:
        """Read `content-delta`."""
        content = _content(event)
        thought, words = word(content, "thinking"), word(content, "text")
        events = self._say(Reasoning, thought)
        token = read_item(event["logprobs"]) if "logprobs" in event else None
        return events + self._say(Text, words, [token] if token is not None else None)

    def plan_calls(self, event: Json) -> Iterable[ChatEvent]:
        """Read `tool-plan-delta`."""
        return self._say(Reasoning, word(_message(event), "tool_plan"))

    def open_call(self, event: Json) -> Iterable[ChatEvent]:
        """Read `tool-call-start`."""
        index, call = _index(event, len(self._calls)), _call(event)
        events = [*self._hush(), *self._close(index)]
        made = self._calls[index] = opened(call, self._take(), self._plan)
        self._called = self._called or not is_answer(call, self._plan)
        return [*events, *made.begin(), *made.grow(arguments_in(part(call.get("function"))))]

    def grow_call(self, event: Json) -> Iterable[ChatEvent]:
        """Read `tool-call-delta`."""
        call = self._calls.get(_index(event, self._last()))
        return () if call is None else call.grow(arguments_in(part(_call(event).get("function"))))

    def close_call(self, event: Json) -> Iterable[ChatEvent]:
        """Read `tool-call-end`."""
        return self._close(_index(event, self._last()))

    def cite(self, event: Json) -> Iterable[ChatEvent]:
        """Read `citation-start`, which has all of a citation."""
        if self._spoken is not Text:
            return ()
        told = _message(event).get("citations")
        found = [told] if is_object(told) else parts(told)
        return [Cited(0, self._number, citation) for each in found for citation in read_citation(each)]

    def end(self, event: Json) -> Iterable[ChatEvent]:
        """Read `message-end`: why the message ends, and what it used."""
        self._ended = True
        delta = part(event.get("delta"))
        usage = counted(delta.get("usage"))
        used = [] if usage is None else [Counted(usage)]
        reason = word(delta, "finish_reason").upper()
        failed = failure(reason, word(delta, "error"))
        if failed is not None:
            return [*used, Failed(failed)]
        ends = [*self._hush(), *(event for index in list(self._calls) for event in self._close(index))]
        return [*ends, Finished(0, read_finish(reason, called=self._called)), *used, Ended()]

    def skip(self, _event: Json) -> Iterable[ChatEvent]:
        """Read what says nothing more."""
        return ()

    def _say(self, kind: _Spoken, words: str, logprobs: Any = None) -> list[ChatEvent]:
        if not words:
            return []
        begun = [] if self._spoken is kind else self._open(kind)
        return [*begun, Grown(0, self._number, words, logprobs)]

    def _open(self, kind: _Spoken) -> list[ChatEvent]:
        closed = self._hush()
        self._spoken, self._number = kind, self._take()
        return [*closed, Opened(0, self._number, kind())]

    def _hush(self) -> list[ChatEvent]:
        """Close the words that are open."""
        if self._spoken is None:
            return []
        self._spoken = None
        return [Closed(0, self._number)]

    def _close(self, index: int) -> Iterable[ChatEvent]:
        call = self._calls.pop(index, None)
        return () if call is None else call.end()

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def _last(self) -> int:
        return next(reversed(self._calls), 0)


_EVENTS: dict[str, Callable[[ChatDecoder, Json], Iterable[ChatEvent]]] = {
    "message-start": ChatDecoder.start,
    "content-start": ChatDecoder.open_content,
    "content-delta": ChatDecoder.grow_content,
    "content-end": ChatDecoder.skip,
    "tool-plan-delta": ChatDecoder.plan_calls,
    "tool-call-start": ChatDecoder.open_call,
    "tool-call-delta": ChatDecoder.grow_call,
    "tool-call-end": ChatDecoder.close_call,
    "citation-start": ChatDecoder.cite,
    "citation-end": ChatDecoder.skip,
    "message-end": ChatDecoder.end,
}

_KINDS: dict[str, _Spoken] = {"text": Text, "thinking": Reasoning}


def _message(event: Json) -> Json:
    return part(part(event.get("delta")).get("message"))


def _content(event: Json) -> Json:
    return part(_message(event).get("content"))


def _call(event: Json) -> Json:
    told = _message(event).get("tool_calls")
    if is_object(told):
        return told
    listed = parts(told)
    return listed[0] if listed else {}


def _index(event: Json, otherwise: int) -> int:
    index = event.get("index")
    return index if type(index) is int else otherwise


def _unknown(event: Json) -> Iterable[ChatEvent]:
    """Let events pass that are new; an error comes without a type, or says so."""
    if word(event, "type") not in ("", "error"):
        return ()
    fault = fault_in(event)
    return (_garbled("an event without a type") if fault is None else Failed(fault),)


def _garbled(what: str) -> Failed:
    return Failed(Garbled(f"the provider sent {what}"))
