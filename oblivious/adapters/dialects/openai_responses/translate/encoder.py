"""Neutral events as the stream of the Responses API."""

from collections.abc import Callable
from typing import Any

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
from oblivious.adapters.chat.parts import Image, Opaque, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.call import Call
from oblivious.adapters.dialects.openai_responses.translate.echo import Frame
from oblivious.adapters.dialects.openai_responses.translate.line import PARTS, Line, PartEvent
from oblivious.adapters.dialects.openai_responses.translate.message import Content, Message
from oblivious.adapters.dialects.openai_responses.translate.output import Output
from oblivious.adapters.dialects.openai_responses.translate.piece import Piece
from oblivious.adapters.dialects.openai_responses.translate.thought import Thought
from oblivious.contracts.usage import Usage

_OF_CHOICES = (*PARTS, Finished)
_CUT_OFF = frozenset({Finish.LENGTH, Finish.CONTENT_FILTER})


class ResponsesEncoder:
    """Writes items one after the other, of the first choice; the whole response is told again at the end."""

    __slots__ = ("_begun", "_finish", "_frame", "_line", "_message", "_out", "_piece", "_tier", "_usage")

    def __init__(self, plan: ClientPlan) -> None:
        self._out = Output(plan)
        self._frame = Frame(plan)
        self._line = Line()
        self._begun = False
        self._message: Message | None = None
        self._piece: Piece | None = None
        self._finish = Finish.STOP
        self._usage: Usage | None = None
        self._tier = ""

    def feed(self, event: ChatEvent) -> bytes:
        """Write what the client gets for an event."""
        if type(event) is Grown and event.part == self._line.open and not event.choice:
            return self.grown(event)
        if isinstance(event, _OF_CHOICES) and event.choice:
            return b""
        if isinstance(event, PARTS):
            return self._begin() + b"".join([self._write(each) for each in self._line.push(event)])
        write = _WRITERS.get(type(event))
        return b"" if write is None else write(self, event)

    def response(self) -> bytes:
        """Return the response as it is now."""
        return self._frame.ended(self._finish, self._out.items, self._usage, self._tier)

    def begun(self, _event: Begun) -> bytes:
        """Promise an answer."""
        return self._begin()

    def finished(self, event: Finished) -> bytes:
        """End what is open; why it ended is told at the end."""
        self._finish = event.finish
        return self._begin() + self._close()

    def counted(self, event: Counted) -> bytes:
        """Keep the usage until the end."""
        self._usage, self._tier = event.usage, event.service_tier or self._tier
        return b""

    def ended(self, _event: Ended) -> bytes:
        """Tell the whole response."""
        told = self._begin() + self._close()
        kind = b"response.incomplete" if self._finish in _CUT_OFF else b"response.completed"
        return told + self._out.event(kind, b'"response":%b' % self.response())

    def opened(self, event: Opened) -> bytes:
        """Begin a part."""
        value = event.value
        if isinstance(value, Text | Refusal):
            self._message = self._message or Message(self._out)
            self._piece = Content(self._out, self._message, value)
            return b""
        self._piece = None
        if isinstance(value, ToolCall):
            told = self._end_message()
            self._piece = call = Call(self._out, value)
            return told + call.begin()
        if isinstance(value, Reasoning):
            told = self._end_message()
            self._piece = Thought(self._out, value)
            return told
        return b""

    def closed(self, _event: Closed) -> bytes:
        """End a part; the state of a call or of a text follows it."""
        piece, self._piece = self._piece, None
        if piece is None:
            return b""
        told = piece.close()
        if piece.state is None or not self._out.wants_state:
            return told
        if isinstance(piece, Call):
            return told + self._out.carrier(piece.state, piece.call_id)
        if isinstance(piece, Content):
            return told + self._end_message() + self._out.carrier(piece.state)
        return told

    def signed(self, event: Signed) -> bytes:
        """Keep a state until its part ends."""
        if self._piece is not None:
            self._piece.state = event.state
        return b""

    def cited(self, event: Cited) -> bytes:
        """Tell what a text rests on."""
        return b"" if self._piece is None else self._piece.cite(event.citation)

    def given(self, event: Given) -> bytes:
        """Tell what comes whole: items of this dialect, and pictures."""
        value = event.value
        if isinstance(value, Opaque) and value.origin == OPENAI_RESPONSES:
            return self._end_message() + self._out.at_once(value.value)
        if isinstance(value, Image) and value.source.data:
            return self._end_message() + self._out.picture(value.source.data)
        return b""

    def grown(self, event: Grown) -> bytes:
        """Tell more of a part."""
        if self._piece is None or not event.text:
            return b""
        return self._piece.grow(event)

    def _write(self, event: PartEvent) -> bytes:
        return _PARTS[type(event)](self, event)

    def _begin(self) -> bytes:
        if self._begun:
            return b""
        self._begun = True
        promise = b'"response":%b' % self._frame.begun()
        return self._out.event(b"response.created", promise) + self._out.event(
            b"response.in_progress", promise
        )

    def _close(self) -> bytes:
        told = b"".join([self._write(each) for each in self._line.drain()])
        return told + self._end_message("incomplete" if self._finish in _CUT_OFF else "completed")

    def _end_message(self, status: str = "completed") -> bytes:
        message, self._message = self._message, None
        return message.end(status) if message is not None and message.contents else b""


_WRITERS: dict[type, Callable[[ResponsesEncoder, Any], bytes]] = {
    Begun: ResponsesEncoder.begun,
    Finished: ResponsesEncoder.finished,
    Counted: ResponsesEncoder.counted,
    Ended: ResponsesEncoder.ended,
}

_PARTS: dict[type, Callable[[ResponsesEncoder, Any], bytes]] = {
    Opened: ResponsesEncoder.opened,
    Grown: ResponsesEncoder.grown,
    Signed: ResponsesEncoder.signed,
    Cited: ResponsesEncoder.cited,
    Closed: ResponsesEncoder.closed,
    Given: ResponsesEncoder.given,
}
