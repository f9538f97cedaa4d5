"""The streams of several calls on their way to one client."""

from collections.abc import Sequence

from oblivious.adapters.dialects.choices import summed
from oblivious.adapters.dialects.passing import Stream
from oblivious.contracts.errors import BrokeOff, UpstreamError
from oblivious.contracts.usage import Usage


class Merged:
    """One stream out of several, each of which writes for the same client; see `Stream`.

    What the calls say goes through `hear`, and what comes out of that is the client's already: `feed` passes
    it on as it is.

    Attributes:
        error: what went wrong with one of them, which ends all.
    """

    __slots__ = ("_broken", "_streams")

    def __init__(self, streams: Sequence[Stream]) -> None:
        self._streams = streams
        self._broken: UpstreamError | None = None

    def hear(self, number: int, chunk: bytes) -> bytes:
        """Return what the client gets for a chunk of one call, b"" standing for the end of its bytes.

        Raises:
            Garbled: the stream has no events in it, only bytes without end.
        """
        stream = self._streams[number]
        if chunk:
            return stream.feed(chunk)
        out = stream.finish()
        if not stream.ended and self.error is None:
            self._broken = BrokeOff("the provider closed the stream before its end")
        return out

    def has_ended(self, number: int) -> bool:
        """Whether one call came to its proper end."""
        return self._streams[number].ended

    @property
    def begun(self) -> bool:
        """Whether any of them has begun."""
        return any(stream.begun for stream in self._streams)

    @property
    def committed(self) -> bool:
        """Whether any of them has said something."""
        return any(stream.committed for stream in self._streams)

    @property
    def error(self) -> UpstreamError | None:
        """The first that went wrong."""
        return self._broken or next((stream.error for stream in self._streams if stream.error), None)

    @property
    def ended(self) -> bool:
        """Whether all of them came to their proper end."""
        return all(stream.ended for stream in self._streams)

    @property
    def bindings(self) -> tuple[str, ...]:
        """Those of all."""
        return tuple(binding for stream in self._streams for binding in stream.bindings)

    @property
    def usage(self) -> Usage | None:
        """What all of them used; None as long as one has not said."""
        return summed([stream.usage for stream in self._streams])

    def feed(self, chunk: bytes) -> bytes:
        """Return the chunk."""
        return chunk

    def finish(self) -> bytes:
        """Say nothing more."""
        return b""

    def failed(self, event: bytes) -> bytes:
        """Return an error event as it is."""
        return event

    def delivered_tokens(self) -> int:
        """Estimate the tokens of the text of all."""
        return sum(stream.delivered_tokens() for stream in self._streams)
