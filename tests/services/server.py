"""What a test is handed for a real server."""

from dataclasses import dataclass
from typing import Protocol


class Rooms(Protocol):
    """Where on a server a test gets a place of its own: a database, an index, a virtual host."""

    async def open(self) -> str:
        """Make an empty room; return its URL."""
        ...

    async def close(self, url: str) -> None:
        """Remove the room and all that is in it."""
        ...


class Control(Protocol):
    """How a server is started and ended."""

    @property
    def pid(self) -> int:
        """The process that serves; another one after each `start`."""
        ...

    def start(self) -> None:
        """Start it on the data it has, and wait until it answers."""
        ...

    def stop(self) -> None:
        """Shut it down in order."""
        ...

    def kill(self) -> None:
        """Kill -9 it; nothing happens if it is down."""
        ...

    def close(self) -> None:
        """End it and remove its data."""
        ...


@dataclass(frozen=True)
class Server:
    """A running server, which other tests use too: leave it as it is."""

    name: str
    url: str
    rooms: Rooms

    async def fresh(self) -> str:
        """Return the URL of an empty room: a new database, a flushed index, a new virtual host."""
        return await self.rooms.open()

    async def discard(self, url: str) -> None:
        """Remove a room that `fresh` gave."""
        await self.rooms.close(url)


@dataclass(frozen=True)
class PrivateServer(Server):
    """A server of one's own: kill it, start it, its data are kept until `close`.

    The methods block for up to some seconds: under a running load call them in a thread.
    """

    control: Control

    @property
    def pid(self) -> int:
        """The process that serves; another one after each `start`."""
        return self.control.pid

    def start(self) -> None:
        """Start it on the data it has, and wait until it answers."""
        self.control.start()

    def stop(self) -> None:
        """Shut it down in order."""
        self.control.stop()

    def kill(self) -> None:
        """Kill -9 it."""
        self.control.kill()

    def close(self) -> None:
        """End it and remove its data."""
        self.control.close()
