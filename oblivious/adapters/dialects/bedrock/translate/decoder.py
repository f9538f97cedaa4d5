"""The stream of Converse as neutral events. Its blocks follow each other, though not all say their end."""

from collections.abc import Callable, Iterable
from typing import Any

from oblivious.adapters.chat.events import Begun, ChatEvent, Counted, Ended, Failed, Finished
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.bedrock.translate.finish import read_finish, read_stopped_by, read_tier
from oblivious.adapters.dialects.bedrock.translate.open_blocks import Block, implied, started
from oblivious.adapters.dialects.bedrock.translate.usage import counted
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.lenient import Json, object_in, part
from oblivious.contracts.errors import Garbled

_NOWHERE = -1


class ConverseDecoder:
    """Reads the events of one attempt."""

    __slots__ = ("_block", "_called", "_counted", "_finished", "_index", "_next", "_plan")

    def __init__(self, plan: UpstreamPlan) -> None:
        self._plan = plan
        self._block: Block | None = None
        self._index = _NOWHERE
        self._next = 0
        self._called = False
        self._finished = False
        self._counted = False

    def feed(self, data: bytes) -> Iterable[ChatEvent]:
        """Return what the data of one event says."""
        event = object_in(data)
        if event is None:
            return (Failed(Garbled("the provider sent an event that is not a JSON object")),)
        if "error" in event:
            return (Failed(judged(words_of(event) or Words(message="the provider failed"))),)
        told: list[ChatEvent] = []
        try:
            for name, value in event.items():
                read = _EVENTS.get(name)
                if read is not None:
                    told += read(self, part(value))
        except RecursionError:
            return (Failed(Garbled("the provider sent an event that is nested too deeply")),)
        return told

    def finish(self) -> Iterable[ChatEvent]:
        """Say the end of a stream that said why it stopped, and then not what it used."""
        return (Ended(),) if self._finished and not self._counted else ()

    def begin(self, _told: Json) -> Iterable[ChatEvent]:
        """Read `messageStart`."""
        return (Begun(),)

    def open_block(self, told: Json) -> Iterable[ChatEvent]:
        """Read `contentBlockStart`."""
        if self._finished:
            return ()
        closed = list(self._close())
        start = part(told.get("start"))
        block = started(start, self._next, self._plan)
        self._index = _index(told)
        if block is None:
            return closed
        self._called = self._called or (
            "toolUse" in start and block.speaks and not _is_answer(start, self._plan)
        )
        return [*closed, *self._begin(block)]

    def grow_block(self, told: Json) -> Iterable[ChatEvent]:
        """Read `contentBlockDelta`: of the open block, or of one that begins with it."""
        delta = part(told.get("delta"))
        kind = next(iter(delta), "")
        if not kind or self._finished:
            return ()
        block = self._block
        if block is not None and self._index == _index(told) and kind in block.kinds:
            return block.grow(kind, delta[kind])
        closed = list(self._close())
        self._index = _index(told)
        block = implied(kind, self._next)
        return [*closed, *self._begin(block), *block.grow(kind, delta[kind])]

    def close_block(self, told: Json) -> Iterable[ChatEvent]:
        """Read `contentBlockStop`."""
        return self._close() if self._index == _index(told) else ()

    def stop(self, told: Json) -> Iterable[ChatEvent]:
        """Read `messageStop`; usage comes behind it, but for some that tell it before."""
        if self._finished:
            return ()
        closed = list(self._close())
        self._finished = True
        finish = read_finish(told.get("stopReason"), called=self._called)
        ends = (Ended(),) if self._counted else ()
        stopped_by = read_stopped_by(told.get("additionalModelResponseFields"))
        return [*closed, Finished(0, finish, stopped_by), *ends]

    def count(self, told: Json) -> Iterable[ChatEvent]:
        """Read `metadata`: what was used."""
        usage = counted(part(told.get("usage")), within=self._plan.cached_within)
        self._counted = True
        counts = (Counted(usage, service_tier=read_tier(told)),) if usage is not None else ()
        return (*counts, Ended()) if self._finished else counts

    def _begin(self, block: Block) -> Iterable[ChatEvent]:
        self._block = block
        self._next += block.speaks
        return block.begin()

    def _close(self) -> Iterable[ChatEvent]:
        block, self._block = self._block, None
        self._index = _NOWHERE
        return block.end() if block is not None else ()


_EVENTS: dict[str, Callable[[ConverseDecoder, Json], Iterable[ChatEvent]]] = {
    "messageStart": ConverseDecoder.begin,
    "contentBlockStart": ConverseDecoder.open_block,
    "contentBlockDelta": ConverseDecoder.grow_block,
    "contentBlockStop": ConverseDecoder.close_block,
    "messageStop": ConverseDecoder.stop,
    "metadata": ConverseDecoder.count,
}


def _index(told: Json) -> int:
    index: Any = told.get("contentBlockIndex")
    return index if isinstance(index, int) else 0


def _is_answer(start: Json, plan: UpstreamPlan) -> bool:
    """Whether the call is the answer itself."""
    return bool(plan.schema_tool) and part(start.get("toolUse")).get("name") == plan.schema_tool
