"""Large request bodies wait on disk: read once, sent as often as failover needs."""

import asyncio
import mmap
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from oblivious.adapters.members import Cut

_CHUNK = 256 * 1024


class Spooled:
    """A request body in an unlinked file; its pages are the kernel's to drop and reload."""

    __slots__ = ("_file", "_view", "length")

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the exchange
        self._view: mmap.mmap | None = None
        self.length = 0

    def __len__(self) -> int:
        return self.length

    async def write(self, data: bytes) -> None:
        """Append `data`, off the loop."""
        await asyncio.to_thread(self._file.write, data)
        self.length += len(data)

    async def view(self) -> mmap.mmap:
        """Return the whole body as a read-only buffer backed by the file, not by our memory."""
        if self._view is None:
            await asyncio.to_thread(self._file.flush)
            self._view = mmap.mmap(self._file.fileno(), self.length, access=mmap.ACCESS_READ)
        return self._view

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body from its start, as often as it is asked for."""
        return self.part(0, self.length)

    async def part(self, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` to before `end`, read off the loop."""
        while start < end:
            chunk = await asyncio.to_thread(self._read, start, min(_CHUNK, end - start))
            start += len(chunk)
            yield chunk

    def close(self) -> None:
        """Give the disk space back once nobody looks at it any more."""
        self._file.close()

    def _read(self, start: int, size: int) -> bytes:
        self._file.seek(start)
        return self._file.read(size)


class Spliced:
    """A spooled body with cuts made on the way out: the file stays as the client sent it."""

    __slots__ = ("_body", "_cuts", "_length")

    def __init__(self, body: Spooled, cuts: Sequence[Cut]) -> None:
        self._body = body
        self._cuts = sorted(cuts)
        self._length = body.length + sum(len(new) - (end - start) for start, end, new in cuts)

    def __len__(self) -> int:
        return self._length

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body with its cuts, from its start, as often as it is asked for."""
        at = 0
        for start, end, new in self._cuts:
            async for chunk in self._body.part(at, start):
                yield chunk
            yield new
            at = end
        async for chunk in self._body.part(at, self._body.length):
            yield chunk
