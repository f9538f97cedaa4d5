"""An upstream that speaks bytes: whatever a test wants to come down the wire, and when."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from ssl import SSLContext

from oblivious.infra.upstream import Origin


def answer(body: bytes = b"", *fields: bytes, status: bytes = b"200 OK") -> bytes:
    """Return a sized response."""
    lines = [b"HTTP/1.1 " + status, *fields, b"content-length: %d" % len(body)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Link:
    """One connection, seen from the upstream; `number` counts from 1."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self._reader = reader
        self._writer = writer
        self.number = number

    async def request(self) -> bytes:
        """Return the next request, head and body; b"" if the connection closes instead."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""
        size = next((line.split(b":")[1] for line in head.lower().split(b"\r\n") if b"length" in line), b"0")
        return head + await self._reader.readexactly(int(size))

    async def some(self) -> bytes:
        """Return what has come, without waiting for a whole request."""
        return await self._reader.read(1024)

    def send(self, data: bytes) -> None:
        """Write, without waiting."""
        self._writer.write(data)

    async def push(self, data: bytes) -> None:
        """Write, and wait until the kernel has room."""
        self._writer.write(data)
        await self._writer.drain()

    async def close(self) -> None:
        """Close in good order, all that was sent first."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    def cut(self) -> None:
        """Close with a reset, where the kernel still has something unread, or without a word."""
        self._writer.transport.abort()

    async def gone(self) -> None:
        """Wait until the other side has closed."""
        with suppress(ConnectionError):
            while await self._reader.read(65536):
                pass


Serve = Callable[[Link], Awaitable[None]]


class RawUpstream:
    """A running server; `links` are the connections it has had."""

    def __init__(self, origin: Origin, links: list[Link]) -> None:
        self.origin = origin
        self.links = links


@asynccontextmanager
async def raw_upstream(
    serve: Serve, *, tls: SSLContext | None = None, name: str = "127.0.0.1"
) -> AsyncIterator[RawUpstream]:
    """Serve each connection with `serve`, on a free port, until the block ends."""
    links: list[Link] = []
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(reader, writer, len(links) + 1)
        links.append(link)
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            # Streams would report their task's cancellation as an error.
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await serve(link)
        finally:
            tasks.discard(task)
            link.cut()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    try:
        yield RawUpstream(Origin("https" if tls else "http", name, port), links)
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def always(data: bytes, *, times: int = 1_000_000) -> Serve:
    """Answer every request of a connection with the same bytes; after `times`, close."""

    async def serve(link: Link) -> None:
        for _ in range(times):
            if not await link.request():
                return
            link.send(data)
        await link.close()

    return serve
