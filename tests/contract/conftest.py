"""The state store of a contract test: each of its implementations in turn."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from oblivious.infra.state.draws import Draws
from oblivious.infra.state.protocol import StateStore
from tests.contract.draw_rigs import DrawRig, MemoryDrawRig, RedisDrawRig
from tests.contract.kept import opened
from tests.contract.state_rigs import MemoryRig, RedisRig, Rig
from tests.fakes.redis_clock import store_by


@pytest.fixture
async def memory_rig() -> Rig:
    return MemoryRig()


@pytest.fixture
async def redis_rig(redis_url: str) -> AsyncIterator[Rig]:
    async with opened(store_by(redis_url)) as store, Redis.from_url(redis_url) as redis:
        rig = RedisRig(redis, store)
        await rig.advance(0)
        yield rig


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.services)])
def rig(request: pytest.FixtureRequest) -> Rig:
    made: Rig = request.getfixturevalue(f"{request.param}_rig")
    return made


@pytest.fixture
def store(rig: Rig) -> StateStore:
    return rig.store


@pytest.fixture
async def memory_draw_rig() -> DrawRig:
    return MemoryDrawRig()


@pytest.fixture
async def redis_draw_rig(redis_url: str) -> AsyncIterator[DrawRig]:
    async with (
        opened(store_by(redis_url)) as one,
        opened(store_by(redis_url)) as other,
        Redis.from_url(redis_url) as redis,
    ):
        rig = RedisDrawRig(redis, one.draws(), other.draws())
        await rig.advance(0)
        yield rig


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.services)])
def draw_rig(request: pytest.FixtureRequest) -> DrawRig:
    made: DrawRig = request.getfixturevalue(f"{request.param}_draw_rig")
    return made


@pytest.fixture
def draws(draw_rig: DrawRig) -> Draws:
    return draw_rig.draws
