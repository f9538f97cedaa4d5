"""Neutral events as the stream of a client of Messages.

Blocks follow each other here: what is said of a later part waits until the open one closes. Usage that is
known when the first block begins goes into `message_start`; the rest is told at the end.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec

from oblivious.adapters.chat.events import (
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
from oblivious.adapters.chat.parts import Opaque, Part, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.translate.answer_writer import head_of
from oblivious.adapters.dialects.anthropic.translate.client_blocks import ClientBlock, carried_late, whole
from oblivious.adapters.dialects.anthropic.translate.finish import write_details, write_finish
from oblivious.adapters.dialects.anthropic.translate.usage_writer import write_cumulative, write_usage
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.lenient import Json
from oblivious.contracts.usage import NOTHING

_STOP = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'

_PartEvent = Opened | Grown | Signed | Cited | Closed | Given


class MessagesEncoder:
    """Writes the stream of one attempt."""

    __slots__ = (
        "_block",
        "_counted",
        "_finished",
        "_late",
        "_number",
        "_numbers",
        "_plan",
        "_started",
        "_waiting",
    )

    def __init__(self, plan: ClientPlan) -> None:
        self._plan = plan
        self._numbers = count()
        self._started = False
        self._block: ClientBlock | None = None
        self._late: State | None = None
        self._number = -1
        self._waiting: dict[int, list[_PartEvent]] = {}
        self._finished = Finished(0, Finish.STOP)
        self._counted: Counted | None = None

    def feed(self, event: ChatEvent) -> bytes:
        """Return what the client gets for it."""
        if isinstance(event, _PartEvent):
            return self._feed_part(event) if event.choice == 0 else b""
        if isinstance(event, Counted):
            self._counted = event
        elif isinstance(event, Finished):
            self._finished = event if event.choice == 0 else self._finished
        elif isinstance(event, Ended):
            return self._end()
        return b""

    def _feed_part(self, event: _PartEvent) -> bytes:
        if self._block is not None and event.part != self._number:
            self._waiting.setdefault(event.part, []).append(event)
            return b""
        said = self._say(event)
        if self._block is None and self._waiting:
            said += self._go_on()
        if said and not self._started:
            return self._start() + said
        return said

    def _say(self, event: _PartEvent) -> bytes:
        return _SAYERS[type(event)](self, event)

    def _go_on(self) -> bytes:
        """Say what has waited, up to a part that is still open."""
        said: list[bytes] = []
        while self._block is None and self._waiting:
            waiting = self._waiting.pop(next(iter(self._waiting)))
            said += [self._say(event) for event in waiting]
        return b"".join(said)

    def open(self, event: Opened) -> bytes:
        """Say that a part opens; it begins with what is in it."""
        self._block = ClientBlock(event.value, self._numbers, self._late)
        self._number = event.part
        return b""

    def grow(self, event: Grown) -> bytes:
        """Say how the open part goes on."""
        return self._block.grow(event.text) if self._block is not None and event.text else b""

    def sign(self, event: Signed) -> bytes:
        """Keep the state of the open part."""
        if self._block is not None:
            self._block.sign(event.state)
        return b""

    def cite(self, event: Cited) -> bytes:
        """Say what the open text rests on."""
        return self._block.cite(event.citation) if self._block is not None else b""

    def close(self, _event: Closed) -> bytes:
        """Say that the open part is complete."""
        block, self._block = self._block, None
        return self._closed(block) if block is not None else b""

    def give(self, event: Given) -> bytes:
        """Say a part that comes in one piece; what only another dialect has is left out."""
        value = event.value
        if isinstance(value, Opaque):
            own: Json = value.value
            return self._whole(own) if value.origin == ANTHROPIC else b""
        words = _words_in(value)
        if words is None:
            return b""
        block = ClientBlock(value, self._numbers, self._late)
        said = [block.grow(words)] if words else []
        said += [block.cite(citation) for citation in value.citations] if isinstance(value, Text) else []
        return b"".join((*said, self._closed(block)))

    def _closed(self, block: ClientBlock) -> bytes:
        end = block.close()
        self._late = block.late
        return end

    def _whole(self, own: Json) -> bytes:
        late, self._late = self._late, None
        return carried_late(late, self._numbers) + whole(next(self._numbers), own)

    def _start(self) -> bytes:
        self._started = True
        known = self._counted
        usage = msgspec.structs.replace(known.usage, output_tokens=0, reasoning_tokens=0) if known else None
        message: Json = {"content": [], "stop_reason": None, "stop_sequence": None}
        message["usage"] = write_usage(usage, known.service_tier if known else "")
        return _event("message_start", {"message": head_of(self._plan) | message})

    def _end(self) -> bytes:
        said: list[bytes] = []
        while self._block is not None or self._waiting:
            said += [self.close(Closed(0, self._number)), self._go_on()]
        start = b"" if self._started else self._start()
        finish, stopped_by = self._finished.finish, self._finished.stopped_by
        delta: Json = {"stop_reason": write_finish(finish, stopped_by), "stop_sequence": stopped_by or None}
        details = write_details(finish, self._finished.said)
        if details is not None:
            delta["stop_details"] = details
        usage = write_cumulative(self._counted.usage if self._counted is not None else NOTHING)
        end = _event("message_delta", {"delta": delta, "usage": usage})
        return b"".join((start, *said, end, _STOP))


_SAYERS: dict[type[_PartEvent], Callable[[MessagesEncoder, Any], bytes]] = {
    Opened: MessagesEncoder.open,
    Grown: MessagesEncoder.grow,
    Signed: MessagesEncoder.sign,
    Cited: MessagesEncoder.cite,
    Closed: MessagesEncoder.close,
    Given: MessagesEncoder.give,
}


def _words_in(part: Part) -> str | None:
    """Return the words of a part that has any; None of one that has no place in this dialect."""
    if isinstance(part, ToolCall):
        return part.arguments
    return part.text if isinstance(part, Text | Reasoning | Refusal) else None


def _event(name: str, members: Json) -> bytes:
    data = msgspec.json.encode({"type": name, **members})
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)
