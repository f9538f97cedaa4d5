"""Waiting for what only the server knows."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from oblivious.infra.state.errors import StoreUnreachable
from tests.fakes.waiting import PATIENCE_SECONDS


async def eventually(true: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it is true; what is out of reach is not there yet."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with suppress(StoreUnreachable):
                if await true():
                    return
            await asyncio.sleep(0.005)
