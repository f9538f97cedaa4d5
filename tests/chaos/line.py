"""One HTTP connection of a client that never tries again, and says exactly how each answer ended."""

import asyncio
import enum
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_HEAD_END = b"\r\n\r\n"
_LARGEST_PIECE = 1 << 20


class Ending(enum.StrEnum):
    """How one request ended, as its client saw it.

    COMPLETE: the whole answer came. CUT: a part of it. LOST: the connection broke before the answer began.
    LEFT: the client had seen enough.
    """

    COMPLETE = "complete"
    CUT = "cut"
    LOST = "lost"
    LEFT = "left"


@dataclass(slots=True)
class Reply:
    """What came back: the head as far as it came, the body as far as it came."""

    ending: Ending = Ending.LOST
    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    body: bytearray = field(default_factory=bytearray)

    @property
    def exchange_id(self) -> str:
        """Our name for the exchange; empty where no head came."""
        return self.headers.get(b"x-oblivious-exchange-id", b"").decode()


class Line:
    """A connection that is kept while it lasts.

    Raises:
        OSError: from `ask`, if nobody listens.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, head: bytes, body: bytes, *, leave_after: int = 0) -> Reply:
        """Send one request and read its answer; with `leave_after`, hang up after so many pieces of it."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=_LARGEST_PIECE)
        reader, writer = self._streams
        reply = Reply()
        try:
            writer.write(b"%bcontent-length: %d\r\n\r\n%b" % (head, len(body), body))
            await _read_head(reader, reply)
            reply.ending = Ending.CUT
            reply.ending = await _read_body(reader, reply, leave_after)
        except (OSError, EOFError, ValueError):
            self.close()
        if reply.ending is not Ending.COMPLETE or reply.headers.get(b"connection") == b"close":
            self.close()
        return reply

    def close(self) -> None:
        """Hang up at once."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None


async def _read_head(reader: asyncio.StreamReader, reply: Reply) -> None:
    opening, *lines = (await reader.readuntil(_HEAD_END)).removesuffix(_HEAD_END).split(b"\r\n")
    for line in lines:
        name, _, value = line.partition(b":")
        reply.headers[name.strip().lower()] = value.strip()
    reply.status = int(opening.split(b" ", 2)[1])


async def _read_body(reader: asyncio.StreamReader, reply: Reply, leave_after: int) -> Ending:
    length = reply.headers.get(b"content-length")
    if length is not None:
        reply.body += await reader.readexactly(int(length))
        return Ending.COMPLETE
    pieces = 0
    while size := int(await reader.readuntil(b"\r\n"), 16):
        reply.body += (await reader.readexactly(size + 2))[:-2]
        pieces += 1
        if pieces == leave_after:
            return Ending.LEFT
    await reader.readexactly(2)
    return Ending.COMPLETE
