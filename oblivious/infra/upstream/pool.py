import asyncio
from collections import deque

from oblivious.infra.upstream.clock import Clock
from oblivious.infra.upstream.dial import Dialer
from oblivious.infra.upstream.errors import BrokeOff, ConnectFailed, PoolExhausted
from oblivious.infra.upstream.limits import Limits
from oblivious.infra.upstream.origin import Origin
from oblivious.infra.upstream.protocol import Connection


class Pool:
    """The connections to one origin.

    The one put back last is taken first, so that a quiet hour lets the others expire. A slot is held from
    before a connection is opened until it is lost; who finds none free waits in line, and gets either a
    connection or the slot of one.
    """

    __slots__ = (
        "_closed",
        "_dialer",
        "_emptied",
        "_idle",
        "_limits",
        "_line",
        "_open",
        "_opening",
        "_origin",
        "clock",
    )

    def __init__(self, origin: Origin, dialer: Dialer, clock: Clock, limits: Limits) -> None:
        self._origin = origin
        self._dialer = dialer
        self.clock = clock
        self._limits = limits
        self._idle: deque[Connection] = deque()
        self._open: set[Connection] = set()
        self._opening = 0
        self._line: deque[asyncio.Future[Connection | None]] = deque()
        self._closed = False
        self._emptied = asyncio.Event()

    @property
    def size(self) -> int:
        """Slots in use: connections that are open, and those being opened."""
        return len(self._open) + self._opening

    @property
    def idle(self) -> int:
        """Connections that nobody uses."""
        return len(self._idle)

    def take(self) -> Connection | None:
        """Return the idle connection that was used last, None if there is none."""
        return self._idle.pop() if self._idle else None

    async def obtain(self, until: float) -> Connection:
        """Open a connection before loop time `until`, or be given one that has become free.

        Raises:
            PoolExhausted: the cap on connections left no room in time.
            ConnectFailed, ConnectTimedOut, TLSFailed: there was room, and no connection came of it.
        """
        self._refuse_if_closed()
        if self.size >= self._limits.connections_per_origin:
            connection = await self._stand_in_line(until)
            if connection is not None:
                return connection
        else:
            self._opening += 1
        return await self._fill_slot(until)

    async def obtain_fresh(self, until: float) -> Connection:
        """Like `obtain`, but where idle connections take up the room the oldest makes way for a new one."""
        if self._idle and self.size >= self._limits.connections_per_origin:
            oldest = self._idle.popleft()
            self._open.discard(oldest)
            oldest.abort()
        return await self.obtain(until)

    # What connections say

    def welcome(self, connection: Connection) -> None:
        """Take back a free connection: for the first in line, else to wait here."""
        waiter = self._first_in_line()
        if waiter is not None:
            waiter.set_result(connection)
        elif self._closed or len(self._idle) >= self._limits.idle_per_origin:
            connection.abort()
        else:
            connection.idle_since = self.clock.loop.time()
            self._idle.append(connection)
            self.clock.start()

    def mourn(self, connection: Connection) -> None:
        """Forget a lost connection; its slot goes to the first in line. Said twice, it counts once."""
        if connection not in self._open:
            return
        self._open.remove(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._pass_slot_on()

    # What the client says

    def expire(self, now: float) -> bool:
        """Close what has been idle for too long; return whether any idle connection is left."""
        since = now - self._limits.idle_ms / 1000
        while self._idle and self._idle[0].idle_since <= since:
            self._idle.popleft().abort()
        return bool(self._idle)

    async def close(self) -> None:
        """Close every connection, fail the calls on them, and wait until the sockets are gone."""
        self._closed = True
        while (waiter := self._first_in_line()) is not None:
            waiter.set_exception(ConnectFailed("the client is closed"))
        self._idle.clear()
        self._emptied.clear()
        for connection in tuple(self._open):
            connection.fail(BrokeOff("the client is closed"))
        if self._open:
            await self._emptied.wait()

    # Slots

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise ConnectFailed("the client is closed")

    def _first_in_line(self) -> asyncio.Future[Connection | None] | None:
        while self._line:
            waiter = self._line.popleft()
            if not waiter.done():
                return waiter
        return None

    async def _stand_in_line(self, until: float) -> Connection | None:
        """Wait for a connection, or for None: a slot that is ours to fill."""
        waiter: asyncio.Future[Connection | None] = self.clock.loop.create_future()
        self._line.append(waiter)
        try:
            async with asyncio.timeout_at(until):
                return await waiter
        except TimeoutError:
            self._decline(waiter)
            raise PoolExhausted(f"all {self.size} connections to {self._origin} stayed busy") from None
        except asyncio.CancelledError:
            self._decline(waiter)
            raise

    def _decline(self, waiter: asyncio.Future[Connection | None]) -> None:
        # What came in the same turn in which the waiter was given up goes to the next one.
        if waiter.cancelled():
            return
        connection = waiter.result()
        if connection is None:
            self._opening -= 1
            self._pass_slot_on()
        else:
            self.welcome(connection)

    def _pass_slot_on(self) -> None:
        waiter = self._first_in_line()
        if waiter is not None:
            self._opening += 1
            waiter.set_result(None)
        if not self._open:
            self._emptied.set()

    async def _fill_slot(self, until: float) -> Connection:
        try:
            connection = await self._dialer.dial(self._make, until)
            self._admit(connection)
        except BaseException:
            self._opening -= 1
            self._pass_slot_on()
            raise
        self._opening -= 1
        return connection

    def _admit(self, connection: Connection) -> None:
        if self._closed:
            connection.abort()
        self._refuse_if_closed()
        if connection.lost:
            # It may have been mourned already, before anybody knew it.
            raise ConnectFailed(f"{self._origin} closed the connection at once")
        self._open.add(connection)

    def _make(self) -> Connection:
        return Connection(self, self.clock, self._limits)
