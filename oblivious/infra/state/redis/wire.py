"""One TCP connection to Redis: commands of a loop turn in few writes, replies in the commands' order."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

from hiredis import ProtocolError, Reader, ReplyError

from oblivious.infra.state.errors import StateStoreError, StoreFault, StoreUnreachable

_WATCH_SECONDS = 0.1
_MOST_HELD = 2048
"""Bytes of commands that wait for the end of a turn: with more the server begins while the turn goes on."""

_INCOMPLETE: Final = object()
_CANNOT_SERVE = frozenset(
    ("BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOAUTH", "NOREPLICAS", "OOM", "READONLY")
)
"""First words of error replies by which a server says that it cannot serve now, whatever it is asked."""


class Asker(Protocol):
    """Who sent a command; exactly one of these is called, once, and must not raise."""

    def answer(self, reply: Any) -> None:
        """Take the reply."""
        ...

    def fail(self, error: StateStoreError) -> None:
        """Learn that there is none."""
        ...


Command = tuple[bytes, Asker]
"""The packed command and its asker."""


class Wire(asyncio.Protocol):
    """A connection that is used until it breaks, and then only tells so.

    A command that stays unanswered for `deadline_ms` (up to 200 ms more) breaks it: replies come in order, so
    everything behind that command waits as well.
    """

    def __init__(
        self, *, deadline_ms: int, unknown_script: Callable[[Command], None], lost: Callable[["Wire"], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._reader = Reader(notEnoughData=_INCOMPLETE)
        self._deadline = deadline_ms / 1000
        self._unknown_script = unknown_script
        self._lost = lost
        self.closed = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._out: list[bytes] = []
        self._held = 0
        self._waiting: deque[Command] = deque()
        self._sent = 0
        self._marks: deque[tuple[float, int]] = deque()
        self._looked_at = self._loop.time()
        self._watch: asyncio.TimerHandle | None = None

    @property
    def backlog(self) -> int:
        """How many commands wait for their reply."""
        return len(self._waiting)

    def send(self, packed: bytes, asker: Asker) -> None:
        """Send at the end of this turn of the loop, or before it when there is much."""
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(packed)
        self._held += len(packed)
        self._waiting.append((packed, asker))
        self._sent += 1
        if self._held >= _MOST_HELD:
            self._flush()

    def abort(self) -> None:
        """Break the connection; what waits fails."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        line = transport.get_extra_info("socket")
        if line is not None and line.family != socket.AF_UNIX:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._watch = self._loop.call_later(_WATCH_SECONDS, self._look_at_the_clock)

    def data_received(self, data: bytes) -> None:
        """Hand each reply to the command it answers."""
        self._reader.feed(data)
        try:
            self._hand_out()
        except ProtocolError:
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail everything that waits."""
        if self._watch is not None:
            self._watch.cancel()
        self._transport = None
        self.closed.set()
        self._lost(self)
        for _, asker in self._waiting:
            asker.fail(StoreUnreachable(f"the connection to Redis was lost: {exc or 'closed'}"))
        self._waiting.clear()

    def _hand_out(self) -> None:
        gets, waiting = self._reader.gets, self._waiting
        while (reply := gets()) is not _INCOMPLETE:
            if not waiting:
                raise ProtocolError("a reply to nothing")
            command = waiting.popleft()
            if reply.__class__ is ReplyError:
                self._refused(command, str(reply))
            else:
                command[1].answer(reply)

    def _flush(self) -> None:
        out, self._out, self._held = self._out, [], 0
        if out and self._transport is not None:
            self._transport.write(b"".join(out))

    def _refused(self, command: Command, text: str) -> None:
        word = text.partition(" ")[0]
        if word == "NOSCRIPT":
            self._unknown_script(command)
        elif word in _CANNOT_SERVE:
            command[1].fail(StoreUnreachable(text))
        else:
            command[1].fail(StoreFault(text))

    def _look_at_the_clock(self) -> None:
        """Break the connection if what had been sent a deadline ago is not answered by now."""
        now, marks = self._loop.time(), self._marks
        if now - self._looked_at > 2 * _WATCH_SECONDS:
            # Our own loop stood still: the replies may be here, unread.
            marks.clear()
        self._looked_at = now
        answered = self._sent - len(self._waiting)
        while marks and marks[0][1] <= answered:
            marks.popleft()
        if marks and now - marks[0][0] >= self._deadline:
            self.abort()
            return
        marks.append((now, self._sent))
        self._watch = self._loop.call_later(_WATCH_SECONDS, self._look_at_the_clock)
