"""Which state store the settings ask for."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from oblivious.app.settings import Settings
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import StateStore
from oblivious.infra.state.redis.store import RedisStateStore


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncGenerator[StateStore]:
    """Open the store: Redis where a URL is set, else one in this process.

    A Redis that is out of reach is looked for as long as the store is open.
    """
    if not settings.redis_url:
        yield MemoryStateStore()
        return
    store = RedisStateStore(settings.redis_url)
    await store.open()
    try:
        yield store
    finally:
        await store.close()
