"""A stream on its way to the client, whatever is done to it there."""

from typing import Protocol

from oblivious.contracts.errors import UpstreamError
from oblivious.contracts.usage import Usage


class Stream(Protocol):
    """Bytes in, bytes out; one for each attempt.

    Attributes:
        begun: an event has come, though it may say nothing yet.
        committed: the upstream has said something; until then another channel may be tried.
        error: what the upstream said went wrong; the event itself is kept back.
        ended: the stream came to its proper end.
        bindings: keys that must lead back to this upstream account.
        usage: what the upstream counted, None if it said nothing.
    """

    @property
    def begun(self) -> bool: ...  # noqa: D102 - told above
    @property
    def committed(self) -> bool: ...  # noqa: D102 - told above
    @property
    def error(self) -> UpstreamError | None: ...  # noqa: D102 - told above
    @property
    def ended(self) -> bool: ...  # noqa: D102 - told above
    @property
    def bindings(self) -> tuple[str, ...]: ...  # noqa: D102 - told above
    @property
    def usage(self) -> Usage | None: ...  # noqa: D102 - told above

    def feed(self, chunk: bytes) -> bytes:
        """Return what goes to the client now, b"" if no event is complete yet.

        Raises:
            Garbled: the stream has no events in it, only bytes without end.
        """
        ...

    def finish(self) -> bytes:
        """Return what is still to be said at the end of the upstream's bytes."""
        ...

    def failed(self, event: bytes) -> bytes:
        """Return an error event of the client's dialect as it follows what was said so far."""
        ...

    def delivered_tokens(self) -> int:
        """Estimate the tokens of the text that was fed."""
        ...


class Around:
    """A stream that does something to what goes in or comes out of another one."""

    __slots__ = ("_stream",)

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    @property
    def begun(self) -> bool:
        """See `Stream`."""
        return self._stream.begun

    @property
    def committed(self) -> bool:
        """See `Stream`."""
        return self._stream.committed

    @property
    def error(self) -> UpstreamError | None:
        """See `Stream`."""
        return self._stream.error

    @property
    def ended(self) -> bool:
        """See `Stream`."""
        return self._stream.ended

    @property
    def bindings(self) -> tuple[str, ...]:
        """See `Stream`."""
        return self._stream.bindings

    @property
    def usage(self) -> Usage | None:
        """See `Stream`."""
        return self._stream.usage

    def failed(self, event: bytes) -> bytes:
        """See `Stream.failed`."""
        return self._stream.failed(event)

    def delivered_tokens(self) -> int:
        """See `Stream.delivered_tokens`."""
        return self._stream.delivered_tokens()
