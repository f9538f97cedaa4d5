import asyncio
import socket
from typing import Protocol, cast

from oblivious.infra.upstream.call import Call
from oblivious.infra.upstream.clock import Clock
from oblivious.infra.upstream.errors import BrokeOff, Garbage, UpstreamFault
from oblivious.infra.upstream.limits import Limits
from oblivious.infra.upstream.parser import ResponseParser
from oblivious.infra.upstream.request import Request


class Home(Protocol):
    """Where a connection belongs."""

    def welcome(self, connection: "Connection") -> None:
        """Take a connection that is free and open."""

    def mourn(self, connection: "Connection") -> None:
        """Learn that a connection is of no more use."""


class Connection(asyncio.Protocol):
    """One connection to an origin, carrying one call at a time.

    Attributes:
        lost: the upstream, or we, closed it.
        paused: we read no further until the reader has caught up.
        choked: the transport wants no more of the request for now.
        idle_since: the loop time at which it was last put back.
    """

    __slots__ = (
        "_call",
        "_clock",
        "_home",
        "_limits",
        "_parser",
        "_transport",
        "_used",
        "choked",
        "idle_since",
        "lost",
        "paused",
    )

    def __init__(self, home: Home, clock: Clock, limits: Limits) -> None:
        self._home = home
        self._clock = clock
        self._limits = limits
        self._parser = ResponseParser(limits)
        self._transport: asyncio.Transport | None = None
        self._call: Call | None = None
        self._used = self.lost = self.paused = self.choked = False
        self.idle_since = 0.0

    @property
    def begun(self) -> bool:
        """Whether the final head's first byte has come."""
        return self._parser.begun

    # What a call does

    def begin(self, request: Request) -> Call:
        """Take on a request; nothing is written before the call's `go`."""
        self._parser.expect(head_only=request.head_only)
        clock = self._clock
        self._call = call = Call(clock.loop, self, self._parser.body, request)
        call.reused, self._used = self._used, True
        clock.calls.add(call)
        clock.start()
        return call

    def write(self, data: bytes) -> None:
        """Send a part of the request; wait while `choked`."""
        if self._transport is not None and not self.lost:
            self._transport.write(data)

    def resume(self) -> None:
        """Read on, after `paused`."""
        self.paused = False
        if self._transport is not None:
            self._transport.resume_reading()

    def fail(self, fault: BaseException) -> None:
        """End the call with a fault and close the connection at once."""
        call = self._release()
        if call is not None:
            if isinstance(fault, UpstreamFault):
                fault.bytes_received = call.read_at > 0
            self._hand_over(call, fault)
        self.abort()

    def break_off(self, why: str) -> None:
        """End the call because the connection is gone."""
        call = self._call
        if call is not None:
            soon = self._clock.loop.time() - call.sent_at < self._limits.stale_ms / 1000
            self.fail(BrokeOff(why, stale=call.reused and not call.read_at and soon))

    def put_back(self) -> None:
        """Return home unused: nothing of the call was written."""
        self._release()
        if not self.lost:
            self._home.welcome(self)

    def abort(self) -> None:
        """Close the connection without ceremony."""
        self.lost = True
        if self._transport is not None:
            self._transport.abort()

    # What the transport says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Get ready, without the delay that small writes would otherwise meet."""
        self._transport = cast("asyncio.Transport", transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        """Give the bytes to the call; without one they answer nothing, and the connection is spoilt."""
        call = self._call
        if call is None or not call.departed:
            self._spoil()
            return
        call.read_at = self._clock.loop.time()
        parser = self._parser
        fault: Garbage | None = None
        try:
            parser.feed(data)
        except Garbage as error:
            fault = error
        if parser.answered and not call.answered:
            call.answered = True
            call.status, call.headers, call.coding = parser.status, parser.headers, parser.coding
        if fault is not None:
            self.fail(fault)
            return
        if parser.complete:
            self._finish(call)
            return
        call.buffered += len(data)
        if call.buffered > self._limits.buffer_bytes and not self.paused:
            self.paused = True
            cast("asyncio.Transport", self._transport).pause_reading()
        if call.answered:
            call.wake()

    def eof_received(self) -> None:
        """The upstream closed its side: that ends some responses, and every connection."""
        self._ended(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone; without an error it may have been the end of the response."""
        self._ended(exc)
        self._home.mourn(self)

    def pause_writing(self) -> None:
        """Let the sender wait."""
        self.choked = True

    def resume_writing(self) -> None:
        """Let the sender go on."""
        self.choked = False
        if self._call is not None:
            self._call.wake()

    # Ends

    def _ended(self, error: Exception | None) -> None:
        self.lost = True
        call = self._call
        if call is None:
            self._home.mourn(self)
        elif call.departed:
            if error is None and self._parser.end():
                self._finish(call)
            else:
                self.break_off(f"the connection closed before the response was complete ({error or 'EOF'})")

    def _spoil(self) -> None:
        # A call that waits at the gate learns of it when the gate opens.
        self.abort()
        if self._call is None:
            self._home.mourn(self)

    def _finish(self, call: Call) -> None:
        self._release()
        self._hand_over(call, None)
        if self._parser.keep_alive and not (self._parser.surplus or call.uploading or self.lost):
            self._home.welcome(self)
        else:
            self.abort()

    def _release(self) -> Call | None:
        call, self._call = self._call, None
        if call is not None:
            self._clock.calls.discard(call)
        return call

    def _hand_over(self, call: Call, fault: BaseException | None) -> None:
        call.end(fault)
        self._parser.body.clear()
        self.paused = False
