"""An upstream that plays scripted answers to the road, and notes what it was asked."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from oblivious.contracts.events import Record
from oblivious.infra.upstream import BrokeOff, Client, Deadlines, Gate, Origin, Response, UpstreamFault
from oblivious.infra.upstream.request import Body

Piece = bytes | UpstreamFault | asyncio.Event
"""What comes next of a body: bytes, the connection's end, or nothing until the event is set."""

EVENT_STREAM = [(b"content-type", b"text/event-stream; charset=utf-8")]
JSON = [(b"content-type", b"application/json")]


class ScriptedResponse(Response):
    """Plays its pieces one by one."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], pieces: Sequence[Piece]) -> None:
        self.status = status
        self.headers = headers
        self.reused = self.decoded = False
        self.left = deque(pieces)
        self.closed = False

    @property
    @override
    def complete(self) -> bool:
        return not self.left

    @override
    def await_word(self) -> None:
        """Nothing is timed here."""

    @override
    def heard(self) -> None:
        """Nothing is timed here."""

    @override
    async def read(self) -> bytes:
        await asyncio.sleep(0)
        if self.closed:
            raise BrokeOff("the response was closed by its reader")
        while self.left:
            piece = self.left[0]
            if isinstance(piece, asyncio.Event):
                await piece.wait()
                self.left.popleft()
                continue
            self.left.popleft()
            if isinstance(piece, bytes):
                return piece
            raise piece
        return b""

    @override
    def close(self) -> None:
        self.closed = True


@dataclass
class Asked:
    """One request as it left.

    Attributes:
        written: the records that were on disk when its first byte went out.
    """

    origin: Origin
    head: bytes
    body: bytes
    deadlines: Deadlines
    written: tuple[Record, ...]

    @property
    def secret(self) -> str:
        """The channel key that was presented."""
        return self.header(b"authorization").removeprefix("Bearer ")

    def header(self, name: bytes) -> str:
        """A header's value, empty if it was not sent."""
        for line in self.head.split(b"\r\n"):
            if line.startswith(name + b": "):
                return line[len(name) + 2 :].decode()
        return ""


Reply = ScriptedResponse | UpstreamFault | asyncio.Event
"""What a call meets: an answer, a fault, or nothing until it is cancelled or the event is set."""


@dataclass
class ScriptedUpstream(Client):
    """Plays one reply a call; it waits for the gate like the real one.

    Attributes:
        replies: what is still to be played.
        written: returns what the journal has on disk.
        asked: the requests that left.
        connecting: while it is cleared calls wait for a connection.
    """

    written: Callable[[], tuple[Record, ...]]
    replies: deque[Reply] = field(default_factory=deque[Reply])
    asked: list[Asked] = field(default_factory=list[Asked])
    played: list[ScriptedResponse] = field(default_factory=list[ScriptedResponse])
    connecting: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.connecting.set()

    @override
    async def send(
        self, origin: Origin, head: bytes, body: Body, *, deadlines: Deadlines, gate: Gate | None = None
    ) -> Response:
        await self.connecting.wait()
        whole = body if isinstance(body, bytes) else b"".join([chunk async for chunk in body.chunks()])
        if gate is not None:
            await _opened(gate)
        self.asked.append(Asked(origin, head, whole, deadlines, self.written()))
        reply = self.replies.popleft()
        await asyncio.sleep(0)
        if isinstance(reply, UpstreamFault):
            raise reply
        if isinstance(reply, asyncio.Event):
            await reply.wait()
            raise BrokeOff("there is no answer in the script")
        self.played.append(reply)
        return reply

    @override
    async def close(self) -> None:
        """There is nothing to close."""


async def _opened(gate: Gate) -> None:
    opened = asyncio.get_running_loop().create_future()

    def go(error: BaseException | None) -> None:
        if opened.done():
            return
        if error is None:
            opened.set_result(None)
        else:
            opened.set_exception(error)

    gate(go)
    await opened


def streamed(*pieces: Piece) -> ScriptedResponse:
    """Answer with a stream of events."""
    return ScriptedResponse(200, EVENT_STREAM, pieces)


def whole(*pieces: Piece, status: int = 200) -> ScriptedResponse:
    """Answer with JSON."""
    return ScriptedResponse(status, JSON, pieces)
