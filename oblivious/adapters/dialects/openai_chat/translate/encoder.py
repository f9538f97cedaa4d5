"""Neutral events as the stream of chat completions."""

from collections.abc import Callable
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
from oblivious.adapters.chat.parts import Audio, Image, Part, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.dialects.openai_chat.translate.answer_writer import image_of
from oblivious.adapters.dialects.openai_chat.translate.calls import TellsCall, call_teller
from oblivious.adapters.dialects.openai_chat.translate.citations import write_citation
from oblivious.adapters.dialects.openai_chat.translate.finish import write_finish
from oblivious.adapters.dialects.openai_chat.translate.reasoning import DETAILS, detail_of
from oblivious.adapters.dialects.openai_chat.translate.usage_writer import write_usage
from oblivious.adapters.lenient import Json
from oblivious.contracts.usage import Usage

_encode = msgspec.json.Encoder().encode
_ROLE = b'{"role":"assistant","content":"","refusal":null}'
_NO_PROBS = b"null"
_NAMES: dict[type[Part], bytes] = {Text: b"content", Reasoning: b"reasoning_content", Refusal: b"refusal"}


class ChatEncoder:
    """Writes chunks: the role first, why it ended last, then the usage if it was asked for, then `[DONE]`."""

    __slots__ = ("_calls", "_close", "_head", "_listed", "_open", "_plan", "_said", "_usage")

    def __init__(self, plan: ClientPlan) -> None:
        self._plan = plan
        self._said: dict[int, int] = {}
        self._open: dict[tuple[int, int], bytes] = {}
        self._calls: dict[tuple[int, int], TellsCall] = {}
        self._listed: dict[tuple[int, str], int] = {}
        self._usage: Usage | None = None
        head = {
            "id": f"chatcmpl-{plan.exchange_id}",
            "object": "chat.completion.chunk",
            "created": plan.created,
            "model": plan.request.model,
        }
        self._head = b"data: " + _encode(head)[:-1] + b',"choices":['
        self._close = b'],"usage":null}\n\n' if plan.wants_usage else b"]}\n\n"

    def feed(self, event: ChatEvent) -> bytes:
        """Write what the client gets for an event."""
        if type(event) is Grown:
            return self._grown(event)
        write = _WRITERS.get(type(event))
        return b"" if write is None else write(self, event)

    def opened(self, event: Opened) -> bytes:
        """Begin a part; only a tool call says something of it at once."""
        kind, where = event.value, (event.choice, event.part)
        role = self._role(event.choice)
        if not isinstance(kind, ToolCall):
            self._open[where] = _NAMES.get(type(kind), b"")
            if isinstance(kind, Audio) and kind.id:
                return role + self._chunk(event.choice, _encode({"audio": {"id": kind.id}}))
            return role
        call = call_teller(kind, self._said[event.choice], older=self._plan.older_calls)
        self._calls[where] = call
        self._said[event.choice] += 1
        return role + self._told(event.choice, call.begun(kind))

    def _grown(self, event: Grown) -> bytes:
        name = self._open.get((event.choice, event.part))
        if not name:
            call = self._calls.get((event.choice, event.part))
            return self._sounded(event) if call is None else self._told(event.choice, call.grown(event.text))
        probs = _NO_PROBS if event.logprobs is None else _encode({"content": event.logprobs, "refusal": None})
        return self._chunk(event.choice, b'{"%b":%b}' % (name, _encode(event.text)), probs)

    def _told(self, choice: int, delta: Json) -> bytes:
        return self._chunk(choice, _encode(delta)) if delta else b""

    def _sounded(self, event: Grown) -> bytes:
        audio = {"data": event.audio} if event.audio else {}
        if event.text:
            audio["transcript"] = event.text
        return self._chunk(event.choice, _encode({"audio": audio}))

    def closed(self, event: Closed) -> bytes:
        """End a part."""
        where = (event.choice, event.part)
        self._open.pop(where, None)
        call = self._calls.pop(where, None)
        return b"" if call is None else self._told(event.choice, call.closed())

    def signed(self, event: Signed) -> bytes:
        """Give the client a state to bring back."""
        call = self._calls.get((event.choice, event.part))
        if call is not None:
            return self._told(event.choice, call.signed(event.state))
        return self._item(event.choice, DETAILS, detail_of(Reasoning(state=event.state), 0))

    def cited(self, event: Cited) -> bytes:
        """Say what the text rests on."""
        return self._item(event.choice, "annotations", write_citation(event.citation))

    def given(self, event: Given) -> bytes:
        """Hand over a picture; other whole parts have no word here."""
        if not isinstance(event.value, Image):
            return b""
        return self._role(event.choice) + self._item(event.choice, "images", image_of(event.value))

    def finished(self, event: Finished) -> bytes:
        """Say why a choice ended."""
        reason = b'"%b"' % write_finish(event.finish, older=self._plan.older_calls).encode()
        return self._role(event.choice) + self._chunk(event.choice, b"{}", reason=reason)

    def counted(self, event: Counted) -> bytes:
        """Keep the usage until the end."""
        self._usage = event.usage
        return b""

    def ended(self, _event: Ended) -> bytes:
        """End the stream."""
        told = b""
        if self._plan.wants_usage and self._usage is not None:
            told = self._head + b'],"usage":' + _encode(write_usage(self._usage)) + b"}\n\n"
        return told + b"data: [DONE]\n\n"

    def _item(self, choice: int, name: str, item: Json) -> bytes:
        """Say the next item of a list, and its place in it.

        OpenAI's SDK for Python puts deltas together by it, and fails at the second one that has none (openai
        3.52, read 2026-11-27).
        """
        place = self._listed.get((choice, name), 0)
        self._listed[choice, name] = place + 1
        return self._chunk(choice, _encode({name: [{**item, "index": place}]}))

    def _role(self, choice: int) -> bytes:
        """Return the chunk that every choice begins with.

        Those before it begin, too: OpenAI's SDK for Python lists choices in the order in which they come, and
        fails at one that comes before its turn (openai 3.52, read 2026-11-27).
        """
        if choice in self._said:
            return b""
        begun = [number for number in range(min(choice, self._plan.request.n)) if number not in self._said]
        self._said.update(dict.fromkeys([*begun, choice], 0))
        return b"".join([self._chunk(number, _ROLE) for number in (*begun, choice)])

    def _chunk(self, choice: int, delta: bytes, probs: bytes = _NO_PROBS, reason: bytes = b"null") -> bytes:
        return b'%b{"index":%d,"delta":%b,"logprobs":%b,"finish_reason":%b}%b' % (
            self._head,
            choice,
            delta,
            probs,
            reason,
            self._close,
        )


_WRITERS: dict[type, Callable[[ChatEncoder, Any], bytes]] = {
    Opened: ChatEncoder.opened,
    Closed: ChatEncoder.closed,
    Signed: ChatEncoder.signed,
    Cited: ChatEncoder.cited,
    Given: ChatEncoder.given,
    Finished: ChatEncoder.finished,
    Counted: ChatEncoder.counted,
    Ended: ChatEncoder.ended,
}
