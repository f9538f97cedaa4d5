"""Waiting for what tells nobody when it happens."""

import asyncio
from collections.abc import Callable

PATIENCE_SECONDS = 60
"""How long to wait for what is sure to come: a machine may stand still for a while, and that is no fault."""


async def until(true: Callable[[], bool]) -> None:
    """Return as soon as it is true.

    Raises:
        TimeoutError: it did not come true in time.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110 - threads, files and brokers set no event of ours
            await asyncio.sleep(0.005)


async def turns(number: int = 5) -> None:
    """Let what was begun in this process, and waits for nothing outside it, come to its end."""
    for _ in range(number):
        await asyncio.sleep(0)
