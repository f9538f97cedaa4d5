"""What a dialect hands over to be sent, before any fault changes it."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.demo.usage import Usage

encode = msgspec.json.Encoder().encode
Json = dict[str, Any]


class Failure(msgspec.Struct, frozen=True):
    """An error to be told in a dialect's own shape; `retry_after` is in seconds."""

    status: int
    message: str
    param: str | None = None
    code: str | None = None
    retry_after: int | None = None


class Refusal(Exception):
    """The request cannot be answered; the failure says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Event(msgspec.Struct, frozen=True):
    """One event of a stream in its bytes.

    Attributes:
        output: it carries a piece of the output: text, thought or arguments.
        usage: it carries the usage.
    """

    data: bytes
    output: bool = False
    usage: bool = False


class Reply(msgspec.Struct, frozen=True):
    """An answer: a JSON body, or events where there are any.

    Attributes:
        usage: what was consumed, told or withheld; None where nothing is counted.
        usage_given: the JSON body tells the usage; events say so themselves.
        headers: further header lines, each ended by CRLF.
    """

    body: bytes = b""
    events: tuple[Event, ...] = ()
    usage: Usage | None = None
    usage_given: bool = False
    status: int = 200
    headers: bytes = b""


class Framing(msgspec.Struct, frozen=True):
    """What stands around the events of a stream, where they do not bring it along.

    Attributes:
        opening: before the first event.
        before: before every event.
        after: after every event.
        between: before every event but the first.
        closing: after the last event of a stream that ends well.
    """

    content_type: str = "text/event-stream; charset=utf-8"
    opening: bytes = b""
    before: bytes = b""
    after: bytes = b""
    between: bytes = b""
    closing: bytes = b""


_AS_THEY_ARE = Framing()
_UNKNOWN_KEY = Failure(401, "This demo upstream does not know the API key.", code="invalid_api_key")


def _no_header(_failure: Failure) -> bytes:
    return b""


def _retry_header(seconds: int) -> bytes:
    return f"retry-after: {seconds}\r\n".encode()


class Dialect(msgspec.Struct, frozen=True):
    """How a family of endpoints names itself and tells errors.

    Attributes:
        error_body: the JSON body of a failure, given the id of the request.
        error_event: the same within a stream that has begun.
        headers: the header lines of every answer, given the id of the request.
        framing: of its streams.
        unknown_key: how a key is refused.
        retry_headers: the header lines that say in how many seconds to come again.
        error_headers: the header lines that say what a failure is.
    """

    name: str
    error_body: Callable[[Failure, str], bytes]
    error_event: Callable[[Failure, str], bytes]
    headers: Callable[[str], bytes]
    framing: Framing = _AS_THEY_ARE
    unknown_key: Failure = _UNKNOWN_KEY
    retry_headers: Callable[[int], bytes] = _retry_header
    error_headers: Callable[[Failure], bytes] = _no_header


def data_event(value: Json, *, output: bool = False, usage: bool = False) -> Event:
    """Return an event without a name."""
    return Event(b"data: " + encode(value) + b"\n\n", output, usage)


def named_event(value: Json, *, output: bool = False, usage: bool = False) -> Event:
    """Return an event that is named after its `type`."""
    return Event(named(value), output, usage)


def named(value: Json) -> bytes:
    """Return the bytes of an event that is named after its `type`."""
    return b"event: %b\ndata: %b\n\n" % (str(value["type"]).encode(), encode(value))
