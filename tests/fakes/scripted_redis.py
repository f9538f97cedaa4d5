"""A Redis server that says what a test tells it to, and notes what arrives together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from hiredis import Reader

Words = list[bytes]


class ScriptedRedis:
    """Greets every client; other commands get what `reply` gives, raw, or nothing for b""."""

    def __init__(self) -> None:
        self.reply: Callable[[Words], bytes] = lambda _: b"+OK\r\n"
        self.clients = 0
        self.chunks: list[list[Words]] = []
        self.url = ""
        self._writers: list[asyncio.StreamWriter] = []

    def hang_up(self) -> None:
        """Close all connections."""
        while self._writers:
            self._writers.pop().close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it goes."""
        self.clients += 1
        self._writers.append(writer)
        parser: Any = Reader(notEnoughData=None)
        while data := await reader.read(1 << 20):
            parser.feed(data)
            commands = list(iter(parser.gets, None))
            self.chunks.append(commands)
            writer.write(b"".join(map(self._answer, commands)))
        writer.close()

    def _answer(self, words: Words) -> bytes:
        return b"+OK\r\n" if words[0] in (b"CLIENT", b"SCRIPT") else self.reply(words)


@asynccontextmanager
async def scripted_redis() -> AsyncIterator[ScriptedRedis]:
    """Run one on a free port."""
    fake = ScriptedRedis()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield fake
        fake.hang_up()
