"""A process of its own that listens to a board and notes when it hears what."""

import asyncio
import contextlib
import time

from oblivious.infra.state.board.protocol import Report
from oblivious.infra.state.board.redis import RedisBoard

READY = "ready"
"""What it reports about when it hears."""


def listen(url: str, changes: int) -> dict[str, int]:
    """Listen to so many changes beside its own; return the monotonic nanosecond at which each came."""
    return asyncio.run(_listen(url, changes))


async def _listen(url: str, changes: int) -> dict[str, int]:
    board = RedisBoard(url)
    await board.open()
    heard: dict[str, int] = {}
    async with contextlib.aclosing(board.changes()) as news:
        await anext(news)
        await board.report([Report(READY, "0")])
        async for change in news:
            heard[change.subject] = time.monotonic_ns()
            if len(heard) > changes:
                break
    await board.close()
    return heard
