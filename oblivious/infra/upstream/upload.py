from collections.abc import AsyncIterator, Awaitable, Callable

from oblivious.infra.upstream.call import Call
from oblivious.infra.upstream.request import Spool


class Upload:
    """One reading of a spooled body, written as fast as the connection takes it."""

    __slots__ = ("_chunks",)

    def __init__(self, spool: Spool) -> None:
        self._chunks: AsyncIterator[bytes] = spool.chunks()

    async def first(self) -> bytes:
        """Return the piece that goes out together with the head, b"" if the body is empty."""
        return await anext(self._chunks, b"")

    async def rest(self, call: Call) -> None:
        """Write what follows, until it is all sent or the upstream has answered without waiting for it."""
        while not call.departed and not call.over:
            await call.wait()
        async for chunk in self._chunks:
            if call.answered or call.over:
                return
            call.line.write(chunk)
            while call.line.choked and not (call.answered or call.over):
                await call.wait()
        call.uploading = False

    async def close(self) -> None:
        """Close what the pieces come from."""
        aclose: Callable[[], Awaitable[None]] | None = getattr(self._chunks, "aclose", None)
        if aclose is not None:
            await aclose()
