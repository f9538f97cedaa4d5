"""Which state store the settings ask for."""

from oblivious.app.settings import Settings
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import StateStore
from oblivious.infra.state.redis.store import RedisStateStore


def state_store(settings: Settings) -> StateStore:
    """Return the store, connecting by itself: Redis where a URL is set, else one in this process."""
    if settings.redis_url:
        return RedisStateStore(settings.redis_url)
    return MemoryStateStore()
