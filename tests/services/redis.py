"""Redis: a flushed index per test, and a private instance from Debian's binary."""

import itertools
import shutil
import socket
from dataclasses import dataclass, field

from redis.asyncio import Redis

from tests.services.ports import free_port
from tests.services.process import ServerProcess, private_folder
from tests.services.server import PrivateServer

_PRIVATE_INDEXES = 4096
_DEFAULT_INDEXES = 16


@dataclass(frozen=True)
class Indexes:
    """The numbered databases of one server, from 1 upward; they are the tests' to empty.

    Scripts and channels are the server's, not an index's: name channels apart.
    """

    url: str
    count: int = _DEFAULT_INDEXES
    _turn: "itertools.count[int]" = field(default_factory=itertools.count)

    async def open(self) -> str:
        """Give the next index, emptied."""
        index = 1 + next(self._turn) % (self.count - 1)
        url = f"{self.url.rsplit('/', 1)[0]}/{index}"
        await self.close(url)
        return url

    async def close(self, url: str) -> None:
        """Empty the index."""
        async with Redis.from_url(url) as redis:
            await redis.flushdb()


def missing() -> str | None:
    """Say why no private instance can be started here, or None."""
    return None if shutil.which("redis-server") else "no redis-server on the PATH"


def start_private() -> PrivateServer:
    """Start an instance of our own whose answered writes outlive kill -9."""
    folder, port = private_folder("redis"), free_port()
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(folder),
        "databases": str(_PRIVATE_INDEXES),
        "save": "",
        "appendonly": "yes",
        # Written before it is answered, as with "always"; only a crash of the host could lose it.
        # "everysec" may put a write off while a sync runs.
        "appendfsync": "no",
    }
    command = ["redis-server", *(word for name, value in settings.items() for word in (f"--{name}", value))]
    control = ServerProcess(command, folder=folder, ready=lambda: _answers(port))
    control.start()
    url = f"redis://127.0.0.1:{port}/0"
    return PrivateServer("Redis", url, Indexes(url, _PRIVATE_INDEXES), control)


def _answers(port: int) -> bool:
    """Ping; while it loads its data it answers with an error."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False
