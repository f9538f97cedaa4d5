"""By the media type of an answer: whether it is a stream, and how its framing is undone."""

from collections.abc import Callable

from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.framing.aws import AMAZON, EventStream
from oblivious.adapters.framing.lines import Lines
from oblivious.adapters.framing.unframed import Unframed, Unframer

SSE = b"text/event-stream"

UNFRAMERS: dict[bytes, Callable[[], Unframer] | None] = {
    SSE: None,
    b"application/x-ndjson": Lines,
    AMAZON: EventStream,
}
"""None: they are events already."""


def media_type(content_type: bytes) -> bytes:
    """Return a media type without its parameters."""
    return content_type.partition(b";")[0].strip().lower()


def unframed(stream: Stream, kind: bytes) -> Stream:
    """Return the stream as it is fed by answers of a media type, one of `UNFRAMERS`."""
    unframer = UNFRAMERS[kind]
    return stream if unframer is None else Unframed(stream, unframer())
