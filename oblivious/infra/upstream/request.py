from collections.abc import AsyncIterator
from typing import Protocol

from oblivious.infra.upstream.limits import Deadlines


class Spool(Protocol):
    """A request body that is read piece by piece, as often as it is sent."""

    def chunks(self) -> AsyncIterator[bytes]:
        """Start again from the first byte."""
        ...


Body = bytes | Spool


class Request:
    """What is sent, and until when it has to be answered; the same for both attempts of one `send`.

    Attributes:
        spool: the body, where it was not given as bytes.
        first: what goes out with the first write.
        total_at: the loop time at which the total deadline passes.
    """

    __slots__ = ("deadlines", "first", "head_only", "spool", "total_at")

    def __init__(self, head: bytes, body: Body, deadlines: Deadlines, now: float) -> None:
        if isinstance(body, bytes):
            self.first = head + body
            self.spool: Spool | None = None
        else:
            self.first = head
            self.spool = body
        self.head_only = head.startswith(b"HEAD ")
        self.deadlines = deadlines
        self.total_at = now + deadlines.total_ms / 1000

    def connected_by(self, now: float) -> float:
        """Return the loop time by which a connection asked for at `now` must be there."""
        return min(now + self.deadlines.connect_ms / 1000, self.total_at)
