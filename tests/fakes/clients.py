"""A client of the road: what it sends, what it gets, and when it leaves."""

import asyncio
from typing import Any

from oblivious.gateway.road.exchange import Message


class FakeClient:
    """The two ends of an ASGI connection.

    Attributes:
        sent: what it was sent, in order.
        reading: while it is cleared, a piece waits for its reader.
    """

    def __init__(self, body: bytes, *, pieces: int = 1) -> None:
        size = -(-len(body) // pieces) or 1
        parts = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
        self.sent: list[Message] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.got = asyncio.Event()
        self._incoming: asyncio.Queue[Message] = asyncio.Queue()
        for number, part in enumerate(parts, 1):
            more = number < len(parts)
            self._incoming.put_nowait({"type": "http.request", "body": part, "more_body": more})

    def leave(self) -> None:
        """Hang up."""
        self.say({"type": "http.disconnect"})

    def say(self, message: Message) -> None:
        """Send the server a message after all others."""
        self._incoming.put_nowait(message)

    @property
    def unread(self) -> int:
        """How many messages the server has not taken."""
        return self._incoming.qsize()

    async def receive(self) -> Message:
        """Give the server the next part."""
        return await self._incoming.get()

    async def send(self, message: Message) -> None:
        """Take a part of the answer; a server that breaks the protocol is told so."""
        started, finished = bool(self.sent), self.finished
        if finished or started == (message["type"] == "http.response.start"):
            raise RuntimeError(f"out of order: {message}")
        self.sent.append(message)
        self.got.set()
        await asyncio.sleep(0)
        await self.reading.wait()

    @property
    def finished(self) -> bool:
        """Whether the last part has come."""
        return len(self.sent) > 1 and not self.sent[-1]["more_body"]

    @property
    def status(self) -> int:
        """The answer's status; 0 before it has begun."""
        return self.sent[0]["status"] if self.sent else 0

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers."""
        pairs: list[tuple[bytes, bytes]] = self.sent[0]["headers"]
        return {name.decode(): value.decode() for name, value in pairs}

    @property
    def pieces(self) -> list[bytes]:
        """The answer's body, as it came."""
        return [message["body"] for message in self.sent[1:]]

    @property
    def body(self) -> Any:
        """The answer's body."""
        return b"".join(self.pieces)
