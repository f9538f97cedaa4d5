"""Amazon's event stream: binary messages with checksums, as Bedrock streams.

The headers of a message say whether it is an event, and of which type, or an exception (botocore 1.44.8, read
2026-11-27). An event becomes an object that has its type as its only member; a chunk of an invoked model
becomes the model's own event; an exception becomes an error as Anthropic's streams have it.
"""

import base64
from struct import error as StructError  # noqa: N812 - a class, whatever its name

import msgspec
from botocore.eventstream import EventStreamBuffer, EventStreamMessage, ParserError

from oblivious.adapters.dialects.faults import words_of
from oblivious.adapters.lenient import decoded, object_in
from oblivious.contracts.errors import Garbled

AMAZON = b"application/vnd.amazon.eventstream"

_BROKEN = (ParserError, StructError, KeyError, ValueError, IndexError)
"""What botocore raises on bytes that are no message."""

_AROUND = 16
"""Bytes of a message besides its headers and its payload."""

_encode = msgspec.json.encode


class EventStream:
    """Makes an event of every message; botocore holds no message to be larger than 24 MB."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = EventStreamBuffer()

    def push(self, chunk: bytes) -> bytes:
        """Return the messages that are complete as events.

        Raises:
            Garbled: it is no message, or a checksum is wrong.
        """
        self._buffer.add_data(chunk)
        try:
            return b"".join([_event(message) for message in self._buffer])
        except _BROKEN as error:
            raise Garbled("the provider sent a broken event stream") from error

    def rest(self) -> bytes:
        """Return nothing: a message that is not complete is none."""
        return b""


def _event(message: EventStreamMessage) -> bytes:
    prelude = message.prelude
    if prelude.total_length < prelude.headers_length + _AROUND:  # botocore would read it for ever
        raise ParserError
    if message.headers.get(":message-type") == "event":
        kind = str(message.headers.get(":event-type", ""))
        return _invoked(message.payload) if kind == "chunk" else _named(kind, message.payload)
    return _failed(message)


def _named(kind: str, payload: bytes) -> bytes:
    # Line ends can only stand between the members.
    line = b" ".join(payload.splitlines()) or b"{}"
    return b"data: {%b:%b}\n\n" % (_encode(kind), line)


def _invoked(payload: bytes) -> bytes:
    """Return the event of a model that was invoked with a body of its own dialect."""
    held = (object_in(payload) or {}).get("bytes")
    if not isinstance(held, str):
        raise ParserError
    data = b" ".join(base64.b64decode(held, validate=True).splitlines())
    kind = (object_in(data) or {}).get("type")
    name = b"event: %b\n" % kind.encode() if isinstance(kind, str) and kind.isidentifier() else b""
    return b"%bdata: %b\n\n" % (name, data)


def _failed(message: EventStreamMessage) -> bytes:
    headers = message.headers
    said = words_of(decoded(message.payload))
    code = str(headers.get(":exception-type") or headers.get(":error-code") or "")
    words = said.message if said is not None else str(headers.get(":error-message") or "")
    error = {"type": code[:1].upper() + code[1:], "message": words}
    return b"event: error\ndata: %b\n\n" % _encode({"type": "error", "error": error})
