"""Waiting for what tells nobody when it happens."""

import asyncio
from collections.abc import Callable


async def until(true: Callable[[], bool], deadline_seconds: float = 20) -> None:
    """Return as soon as it is true.

    Raises:
        TimeoutError: it did not come true in time.
    """
    async with asyncio.timeout(deadline_seconds):
        while not true():  # noqa: ASYNC110 - threads, files and brokers set no event of ours
            await asyncio.sleep(0.005)
