"""The stream of an upstream as neutral events."""

from collections.abc import Callable, Iterable

from oblivious.adapters.chat.events import Begun, ChatEvent, Counted, Ended, Failed, Finished
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.anthropic.translate.answer_reader import word
from oblivious.adapters.dialects.anthropic.translate.finish import read_explanation, read_finish
from oblivious.adapters.dialects.anthropic.translate.open_blocks import Block, opened
from oblivious.adapters.dialects.anthropic.translate.tiers import read_served
from oblivious.adapters.dialects.anthropic.usage import counted, latest
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.lenient import Json, object_in, part, parts
from oblivious.contracts.errors import Garbled

_DONE = b"[DONE]"
"""How streams of chat end; some vendors say it here, too."""

_IMPLIED = {"text_delta": "text", "thinking_delta": "thinking"}
"""Blocks that some vendors begin without a start, by their first delta."""

_WITH_START = -1
"""Stands for the index of a block that came with the start."""


class MessagesDecoder:
    """Reads the events of one attempt."""

    __slots__ = ("_blocks", "_called", "_counts", "_finished", "_next", "_plan")

    def __init__(self, plan: UpstreamPlan) -> None:
        self._plan = plan
        self._blocks: dict[int, Block] = {}
        self._next = 0
        self._called = False
        self._finished = False
        self._counts: Json = {}

    def feed(self, data: bytes) -> Iterable[ChatEvent]:
        """Return what the data of one event says."""
        event = object_in(data)
        if event is None:
            return () if data.strip() == _DONE else (_garbled("an event that is not a JSON object"),)
        read = _EVENTS.get(word(event, "type"))
        if read is not None:
            try:
                return read(self, event)
            except RecursionError:
                return (_garbled("an event that is nested too deeply"),)
        return _unknown(event)

    def finish(self) -> Iterable[ChatEvent]:
        """Say nothing: only `message_stop` ends a stream."""
        return ()

    def start(self, event: Json) -> Iterable[ChatEvent]:
        """Read `message_start`: whose output tokens are a placeholder.

        Where code that the model wrote calls tools, Anthropic has the whole message in there (seen 2026-11).
        """
        message = part(event.get("message"))
        latest(self._counts, message.get("usage"))
        content = parts(message.get("content"))
        complete = bool(content and word(message, "stop_reason"))
        given = [event for block in content for event in self._give(block)]
        ends = self._finish(message) if complete else []
        return [Begun(word(message, "id")), *self._counted(complete=complete), *given, *ends]

    def open_block(self, event: Json) -> Iterable[ChatEvent]:
        """Read `content_block_start`; a block that was left open there ends."""
        if self._finished:
            return ()
        index = _index(event)
        return [*self._close(index), *self._open(index, part(event.get("content_block")))]

    def grow_block(self, event: Json) -> Iterable[ChatEvent]:
        """Read `content_block_delta`."""
        delta = part(event.get("delta"))
        index = _index(event)
        block = self._blocks.get(index)
        if block is not None:
            return block.grow(delta)
        implied = _IMPLIED.get(word(delta, "type"))
        if implied is None or self._finished:
            return ()
        return [*self._open(index, {"type": implied}), *self._blocks[index].grow(delta)]

    def close_block(self, event: Json) -> Iterable[ChatEvent]:
        """Read `content_block_stop`."""
        return self._close(_index(event))

    def change(self, event: Json) -> Iterable[ChatEvent]:
        """Read `message_delta`: why the message ends, and what it used."""
        delta = part(event.get("delta"))
        usage = part(event.get("usage"))
        latest(self._counts, usage)
        finished = self._finish(delta) if word(delta, "stop_reason") else []
        return [*finished, *self._counted(complete=True)] if usage else finished

    def stop(self, _event: Json) -> Iterable[ChatEvent]:
        """Read `message_stop`; where no block began, and nobody said why, there was no message."""
        if not self._finished and not self._next:
            return (_garbled("no message before its end"),)
        return [*self._finish({}), Ended()]

    def fail(self, event: Json) -> Iterable[ChatEvent]:
        """Read `error`."""
        return (Failed(judged(words_of(event) or Words(message="the provider failed while it answered"))),)

    def ping(self, _event: Json) -> Iterable[ChatEvent]:
        """Read `ping`, which says nothing."""
        return ()

    def _give(self, block: Json) -> Iterable[ChatEvent]:
        return [*self._open(_WITH_START, block), *self._close(_WITH_START)]

    def _open(self, index: int, content: Json) -> Iterable[ChatEvent]:
        block = opened(content, self._next, self._plan)
        self._next += 1
        self._blocks[index] = block
        self._called = self._called or _is_call(content, self._plan)
        return block.begin()

    def _close(self, index: int) -> Iterable[ChatEvent]:
        block = self._blocks.pop(index, None)
        return block.end() if block is not None else ()

    def _finish(self, delta: Json) -> list[ChatEvent]:
        if self._finished:
            return []
        self._finished = True
        ends = [event for index in list(self._blocks) for event in self._close(index)]
        finish = read_finish(delta.get("stop_reason"), called=self._called)
        said = read_explanation(delta.get("stop_details"))
        return [*ends, Finished(0, finish, word(delta, "stop_sequence"), said)]

    def _counted(self, *, complete: bool) -> Iterable[ChatEvent]:
        usage = counted(self._counts)
        if usage is None:
            return ()
        return (Counted(usage, complete, read_served(self._counts.get("service_tier"))),)


_Read = Callable[[MessagesDecoder, Json], Iterable[ChatEvent]]

_EVENTS: dict[str, _Read] = {
    "message_start": MessagesDecoder.start,
    "content_block_start": MessagesDecoder.open_block,
    "content_block_delta": MessagesDecoder.grow_block,
    "content_block_stop": MessagesDecoder.close_block,
    "message_delta": MessagesDecoder.change,
    "message_stop": MessagesDecoder.stop,
    "error": MessagesDecoder.fail,
    "ping": MessagesDecoder.ping,
}


def _unknown(event: Json) -> Iterable[ChatEvent]:
    """Let events pass that are new; an error may come without a type."""
    if word(event, "type") and not event.get("error"):
        return ()
    words = words_of(event)
    return (_garbled("an event without a type") if words is None else Failed(judged(words)),)


def _is_call(content: Json, plan: UpstreamPlan) -> bool:
    name = word(content, "name")
    return word(content, "type") == "tool_use" and not (plan.schema_tool and name == plan.schema_tool)


def _index(event: Json) -> int:
    index = event.get("index")
    return index if isinstance(index, int) else 0


def _garbled(what: str) -> Failed:
    return Failed(Garbled(f"the provider sent {what}"))
