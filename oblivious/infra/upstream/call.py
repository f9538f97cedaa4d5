import asyncio
from math import inf
from typing import Protocol

from oblivious.infra.upstream.errors import (
    DeadlinePassed,
    FirstByteTimedOut,
    IdleTimedOut,
    TotalTimedOut,
)
from oblivious.infra.upstream.request import Request


class Line(Protocol):
    """What a call needs of the connection that carries it; `Connection` says what each means."""

    choked: bool
    lost: bool
    paused: bool

    @property
    def begun(self) -> bool:
        """Whether the final head's first byte has come."""
        ...

    def write(self, data: bytes) -> None:
        """Send a part of the request."""

    def resume(self) -> None:
        """Read on."""

    def fail(self, fault: BaseException) -> None:
        """End the call with a fault and close the connection."""

    def break_off(self, why: str) -> None:
        """End the call because the connection is gone."""

    def put_back(self) -> None:
        """Return to the pool unused."""


class Call:
    """One request on one connection, from the moment it has the connection to the last byte.

    The connection fills it in, the response reads from it; between the two there is one waiter.

    Attributes:
        departed: the first byte was written; before that the connection can go back unused.
        reused: the connection has been in the pool before, and may have gone stale there.
        uploading: parts of the request are still to be written.
        answered: the head of the response is complete.
        unheard: the reader waits for the first word of the body: the deadline for the first byte holds on.
        over: nothing more will come; `fault` says why if the response is not complete.
        due: no deadline can pass before this loop time.
    """

    __slots__ = (
        "_deadlines",
        "_loop",
        "_payload",
        "_total_at",
        "_waiter",
        "answered",
        "buffered",
        "chunks",
        "coding",
        "departed",
        "due",
        "fault",
        "headers",
        "line",
        "over",
        "read_at",
        "reused",
        "sent_at",
        "status",
        "unheard",
        "uploading",
    )

    def __init__(
        self, loop: asyncio.AbstractEventLoop, line: Line, chunks: list[bytes], request: Request
    ) -> None:
        self._loop = loop
        self._payload: bytes | None = request.first
        self._deadlines = request.deadlines
        self._total_at = request.total_at
        self.sent_at = 0.0
        self._waiter: asyncio.Future[None] | None = None
        self.line = line
        self.chunks = chunks
        self.buffered = 0
        self.read_at = self.due = 0.0
        self.uploading = request.spool is not None
        self.departed = self.answered = self.unheard = self.over = self.reused = False
        self.fault: BaseException | None = None
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.coding = b""

    # The sender's side

    def load(self, first: bytes) -> None:
        """Add to what goes out first."""
        self._payload = (self._payload or b"") + first

    def go(self, error: BaseException | None) -> None:
        """Open the gate: write the first bytes, or with an error give the attempt up.

        Only the first word counts, and none does after the sender has left.
        """
        payload, self._payload = self._payload, None
        if payload is None or self.over:
            return
        if error is None:
            self._depart(payload)
        else:
            self.end(error)
            self.line.put_back()

    def _depart(self, payload: bytes) -> None:
        self.departed = True
        self.sent_at = self._loop.time()
        if self.line.lost:
            self.line.break_off("the connection closed before the request went out")
            return
        self.line.write(payload)
        if self.uploading:
            self.wake()

    def leave(self, fault: BaseException) -> None:
        """End the call early: an unused connection goes back, a used one is closed."""
        self._payload = None
        if self.over:
            return
        if self.departed:
            self.line.fail(fault)
        else:
            self.end(fault)
            self.line.put_back()

    def check(self) -> None:
        """Raise the fault, if there is one."""
        if self.fault is not None:
            raise self.fault

    # The reader's side

    def spoil(self, fault: BaseException) -> None:
        """Give up a body that came but can't be used: nothing of it is read any more."""
        self.leave(fault)
        self.chunks.clear()
        self.fault = fault

    def take(self) -> bytes:
        """Return what has come of the body, b"" if nothing is there."""
        chunks = self.chunks
        if not chunks:
            return b""
        data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        chunks.clear()
        self.buffered = 0
        if not self.over and self.line.paused:
            self.read_at = self._loop.time()
            self.line.resume()
        return data

    def wait(self) -> asyncio.Future[None]:
        """Return a future that is done at the next change; one task at a time may wait."""
        self._waiter = waiter = self._loop.create_future()
        return waiter

    # The connection's side

    def wake(self) -> None:
        """Let whoever waits look again."""
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(None)

    def end(self, fault: BaseException | None) -> None:
        """Take along what the reader has not had yet: the connection goes its own way now."""
        self.chunks = [*self.chunks]
        self.fault = fault
        self.over = True
        self.wake()

    def look(self, now: float) -> DeadlinePassed | None:
        """Return the deadline that has passed; else note in `due` when to look again."""
        deadlines, line = self._deadlines, self.line
        if now >= self._total_at:
            return TotalTimedOut(f"the exchange took longer than {deadlines.total_ms} ms")
        # While the head has not begun, or the reader is slow, the idle deadline starts now at the earliest.
        idle_at = (now if line.paused or not line.begun else self.read_at) + deadlines.idle_ms / 1000
        if now >= idle_at and line.begun:
            return IdleTimedOut(f"nothing came for {deadlines.idle_ms} ms")
        answered = line.begun and not self.unheard
        first_byte_at = inf if answered else (self.sent_at or now) + deadlines.first_byte_ms / 1000
        if now >= first_byte_at and self.departed:
            return FirstByteTimedOut(f"no answer within {deadlines.first_byte_ms} ms")
        self.due = min(idle_at, first_byte_at, self._total_at)
        return None
