"""Streams that upstreams frame in their own ways, as the server-sent events that everything else reads."""

from typing import Protocol

from oblivious.adapters.dialects.passing import Around, Stream


class Unframer(Protocol):
    """Undoes the framing of one stream."""

    def push(self, chunk: bytes) -> bytes:
        """Return what is complete now as server-sent events, b"" if nothing is.

        Raises:
            Garbled: it is not framed as it says.
        """
        ...

    def rest(self) -> bytes:
        """Return what is still held back, at the end of the stream."""
        ...


class Unframed(Around):
    """A stream that is fed what another framing holds."""

    __slots__ = ("_unframer",)

    def __init__(self, stream: Stream, unframer: Unframer) -> None:
        super().__init__(stream)
        self._unframer = unframer

    def feed(self, chunk: bytes) -> bytes:
        """See `Stream.feed`."""
        events = self._unframer.push(chunk)
        return self._stream.feed(events) if events else b""

    def finish(self) -> bytes:
        """See `Stream.finish`."""
        events = self._unframer.rest()
        return (self._stream.feed(events) if events else b"") + self._stream.finish()
