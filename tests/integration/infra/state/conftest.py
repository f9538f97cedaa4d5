"""A store in Redis, and a way to look at the same index."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from oblivious.infra.state.redis.store import RedisStateStore
from tests.contract.kept import opened


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisStateStore]:
    async with opened(RedisStateStore(redis_url)) as made:
        yield made


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as client:
        yield client
