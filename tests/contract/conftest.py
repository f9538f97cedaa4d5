"""The state store of a contract test: each of its implementations in turn."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from oblivious.infra.state.protocol import StateStore
from tests.contract.state_rigs import MemoryRig, RedisRig, Rig
from tests.fakes.redis_clock import store_by


@pytest.fixture
async def memory_rig() -> Rig:
    return MemoryRig()


@pytest.fixture
async def redis_rig(redis_url: str) -> AsyncIterator[Rig]:
    store = store_by(redis_url)
    await store.open()
    async with Redis.from_url(redis_url) as redis:
        rig = RedisRig(redis, store)
        await rig.advance(0)
        yield rig
    await store.close()


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.services)])
def rig(request: pytest.FixtureRequest) -> Rig:
    made: Rig = request.getfixturevalue(f"{request.param}_rig")
    return made


@pytest.fixture
def store(rig: Rig) -> StateStore:
    return rig.store
