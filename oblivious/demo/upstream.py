"""The demo upstream as a server."""

import asyncio
from collections import deque
from collections.abc import Callable
from time import time

from oblivious.demo.cast import Cast
from oblivious.demo.connection import Connection
from oblivious.demo.desk import Desk
from oblivious.demo.options import DemoOptions
from oblivious.demo.script import Script
from oblivious.demo.served import Ending, Served, ServedLog
from oblivious.demo.wire.request import Request

_TAIL = 10_000
_BACKLOG = 4096
_DEFAULT = DemoOptions()


class DemoUpstream:
    """A provider that is none: real HTTP, canned words.

    Attributes:
        port: where it listens, once it was started.
    """

    def __init__(self, options: DemoOptions = _DEFAULT, cast: Cast | None = None) -> None:
        """Make a server that plays the cast's parts where a request does not say itself what it wants."""
        self.port = 0
        self._host = ""
        self._log_path = options.log
        self._desk = Desk(options, cast or Cast())
        self._log: ServedLog | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._tail: deque[Served] = deque(maxlen=_TAIL)
        self._changed = asyncio.Event()

    @property
    def url(self) -> str:
        """Return the base URL, without a path."""
        return f"http://{self._host}:{self.port}"

    @property
    def served(self) -> list[Served]:
        """Return the last ten thousand requests that have ended."""
        return list(self._tail)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. A server that was stopped may be started again.

        Raises:
            OSError: the address is taken, or the log can't be opened.
        """
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self), host, port, backlog=_BACKLOG)
        try:
            self._log = ServedLog(self._log_path) if self._log_path is not None else None
        except OSError:
            server.close()
            raise
        self._server = server
        self._host, self.port = host, server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more, break every connection and put on record what that cut short."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for connection in tuple(self._connections):
            connection.stop()
        await self._until(lambda: not self._connections)
        await server.wait_closed()
        if self._log is not None:
            self._log.close()
            self._log = None

    async def wait_served(self, count: int) -> list[Served]:
        """Return what was served once that many requests have ended."""
        await self._until(lambda: len(self._tail) >= count)
        return self.served

    def direct(self, request: Request) -> tuple[Script, Served]:
        """Return what is to be played for a request, and its record to be filled in."""
        return self._desk.receive(request)

    def record(self, served: Served, ending: Ending) -> None:
        """Keep the record of a request that has ended."""
        served.ended = ending
        served.ms = round((time() - served.at) * 1000, 3)
        if self._log is not None:
            self._log.append(served)
        self._tail.append(served)
        self._changed.set()

    def opened(self, connection: Connection) -> None:
        """Know of a connection; one that comes while the server stops is broken."""
        self._connections.add(connection)
        if self._server is None:
            connection.stop()

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
        self._changed.set()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()
