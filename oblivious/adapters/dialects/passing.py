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

    def delivered_tokens(self) -> int:
        """Estimate the tokens of the text that was fed."""
        ...
