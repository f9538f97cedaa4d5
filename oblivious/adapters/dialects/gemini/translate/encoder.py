"""Neutral events as a stream of contents: chunks of new parts, and one at the end that says how it ended."""

from collections.abc import Callable, Iterable
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
from oblivious.adapters.chat.parts import Audio, Citation, Part, Reasoning, Refusal, Source, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.gemini.translate.finish import write_finish
from oblivious.adapters.dialects.gemini.translate.grounding import Said, write_grounding
from oblivious.adapters.dialects.gemini.translate.logprobs import write_logprobs
from oblivious.adapters.dialects.gemini.translate.pieces import signature, write_piece
from oblivious.adapters.dialects.gemini.translate.usage_writer import write_usage
from oblivious.adapters.lenient import Json
from oblivious.contracts.usage import Usage

_encode = msgspec.json.Encoder().encode
_TEXT, _THOUGHT = b'{"text":', b'{"thought":true,"text":'
_OPENINGS: dict[type[Part], bytes] = {Text: _TEXT, Refusal: _TEXT, Reasoning: _THOUGHT}
_EMPTY = b'{"text":""}'
_BREAKS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"\xc2\x85", b"\\u0085"))
_BETWEEN = bytes.maketrans(b"\r\n", b"  ")
_STREAMED = "pcm16"
"""What sounds come in where a stream does not say."""


class _Part:
    """A part that is open: how its pieces begin, or what is collected of it until it is whole."""

    __slots__ = ("cited", "opening", "pieces", "said", "value")

    def __init__(self, value: Part) -> None:
        self.value = value
        self.opening = _OPENINGS.get(type(value))
        self.pieces: list[str] = []
        self.said = Said()
        self.cited: list[Citation] = []


class GenerateEncoder:
    """Writes chunks. Words and sounds go out as they come, calls when they are whole."""

    __slots__ = ("_finished", "_grounded", "_open", "_plan", "_tail", "_usage")

    def __init__(self, plan: ClientPlan) -> None:
        self._plan = plan
        self._open: dict[tuple[int, int], _Part] = {}
        self._grounded: dict[int, list[_Part]] = {}
        self._finished: list[Finished] = []
        self._usage: Usage | None = None
        named = _encode({"modelVersion": plan.request.model, "responseId": plan.exchange_id})
        self._tail = b"," + named[1:] + b"\r\n\r\n"

    def feed(self, event: ChatEvent) -> bytes:
        """Write what the client gets for an event."""
        if type(event) is Grown:
            return self._grown(event)
        write = _WRITERS.get(type(event))
        return b"" if write is None else write(self, event)

    def opened(self, event: Opened) -> bytes:
        """Begin a part; nothing is said of it yet."""
        self._open[event.choice, event.part] = _Part(event.value)
        return b""

    def _grown(self, event: Grown) -> bytes:
        part = self._open.get((event.choice, event.part))
        if part is None:
            return b""
        if part.opening is None:
            return self._collected(event, part)
        if not event.text:
            return b""
        part.said.add(event.text)
        piece = part.opening + _words(event.text) + b"}"
        return self._chunk(event.choice, piece, self._more(event.logprobs))

    def _collected(self, event: Grown, part: _Part) -> bytes:
        """Keep more of a call until it is whole; each piece of a sound goes out: it is base64 of its own."""
        if isinstance(part.value, ToolCall):
            part.pieces.append(event.text)
        if not isinstance(part.value, Audio) or not event.audio:
            return b""
        source = Source(data=event.audio, media_type=part.value.source.media_type)
        return self._whole(event.choice, Audio(source=source, format=part.value.format or _STREAMED))

    def signed(self, event: Signed) -> bytes:
        """Give the client a state to bring back, in an empty piece where the words have gone already."""
        part = self._open.get((event.choice, event.part))
        if part is None:
            return b""
        if part.opening is None:
            part.value = msgspec.structs.replace(part.value, state=event.state)
            return b""
        carried = signature(event.state, self._plan)
        if not carried:
            return b""
        return self._chunk(event.choice, part.opening + b'"",' + _encode(carried)[1:])

    def cited(self, event: Cited) -> bytes:
        """Keep what a text rests on until the end."""
        part = self._open.get((event.choice, event.part))
        if part is not None:
            part.cited.append(event.citation)
        return b""

    def closed(self, event: Closed) -> bytes:
        """End a part; what was collected goes out whole."""
        part = self._open.pop((event.choice, event.part), None)
        if part is None:
            return b""
        if part.cited:
            self._grounded.setdefault(event.choice, []).append(part)
        return b"" if part.opening is not None else self._whole(event.choice, _completed(part))

    def given(self, event: Given) -> bytes:
        """Hand over a part that comes in one piece."""
        return self._whole(event.choice, event.value)

    def finished(self, event: Finished) -> bytes:
        """Keep why a choice ended until the end."""
        self._finished.append(event)
        return b""

    def counted(self, event: Counted) -> bytes:
        """Keep the usage until the end."""
        self._usage = event.usage
        return b""

    def ended(self, _event: Ended) -> bytes:
        """End the stream: how each choice ended, and what was used."""
        ends = self._finished or [Finished(0, Finish.STOP)]
        candidates = b",".join(_encode(self._end(event)) for event in ends)
        usage = b"" if self._usage is None else b',"usageMetadata":' + _encode(write_usage(self._usage))
        return b'data: {"candidates":[' + candidates + b"]" + usage + self._tail

    def _end(self, event: Finished) -> Json:
        candidate: Json = {
            "content": {"parts": [msgspec.Raw(_EMPTY)], "role": "model"},
            "finishReason": write_finish(event.finish),
            "index": event.choice,
        }
        if event.said:
            candidate["finishMessage"] = event.said
        grounding = write_grounding(_citations(self._grounded.get(event.choice, ())))
        return candidate if grounding is None else {**candidate, "groundingMetadata": grounding}

    def _whole(self, choice: int, value: Part) -> bytes:
        piece = write_piece(value, self._plan)
        return b"" if piece is None else self._chunk(choice, _on_one_line(piece))

    def _more(self, tokens: Any) -> bytes:
        if tokens is None:
            return b""
        result = write_logprobs(tokens)
        return b"" if result is None else b',"logprobsResult":' + _encode(result)

    def _chunk(self, choice: int, piece: bytes, more: bytes = b"") -> bytes:
        return b'data: {"candidates":[{"content":{"parts":[%b],"role":"model"},"index":%d%b}]%b' % (
            piece,
            choice,
            more,
            self._tail,
        )


def _on_one_line(piece: Json) -> bytes:
    """Return a part as JSON; the arguments of a call are as the model wrote them, maybe on several lines."""
    return _unbroken(_encode(piece).translate(_BETWEEN))


def _words(text: str) -> bytes:
    """Return a text as JSON."""
    return _unbroken(_encode(text))


def _unbroken(encoded: bytes) -> bytes:
    """Return JSON with what some clients take for the end of a line escaped."""
    if b"\xe2\x80" in encoded or b"\xc2\x85" in encoded:
        for breaking, escaped in _BREAKS:
            encoded = encoded.replace(breaking, escaped)
    return encoded


def _completed(part: _Part) -> Part:
    """Return a part with what was collected of it."""
    value = part.value
    if isinstance(value, ToolCall):
        return msgspec.structs.replace(value, arguments=value.arguments + "".join(part.pieces))
    return value


def _citations(parts: Iterable[_Part]) -> list[tuple[str, list[Citation]]]:
    return [(part.said.text(), part.cited) for part in parts]


_WRITERS: dict[type, Callable[[GenerateEncoder, Any], bytes]] = {
    Opened: GenerateEncoder.opened,
    Closed: GenerateEncoder.closed,
    Signed: GenerateEncoder.signed,
    Cited: GenerateEncoder.cited,
    Given: GenerateEncoder.given,
    Finished: GenerateEncoder.finished,
    Counted: GenerateEncoder.counted,
    Ended: GenerateEncoder.ended,
}
