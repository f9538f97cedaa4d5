"""Running what a property asks for: at once in memory, on a loop of its own against Redis."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TypeVar

from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from tests.contract.kept import Kept

ResultT = TypeVar("ResultT")


def at_once(work: Awaitable[ResultT]) -> ResultT:
    """Run a call that never waits."""
    assert isinstance(work, Coroutine)
    try:
        work.send(None)
    except StopIteration as end:
        result: ResultT = end.value
        return result
    raise AssertionError("what is in memory waited")


async def begun(call: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """Make a call that needs a running loop to begin with."""
    return await call()


@contextmanager
def in_redis(url: str, kept: Kept) -> Iterator[tuple[asyncio.AbstractEventLoop, Redis]]:
    """Open it on a loop, and give that and a way to look at the same index."""
    loop, redis = asyncio.new_event_loop(), Redis.from_url(url)
    loop.run_until_complete(kept.open())
    try:
        yield loop, redis
    finally:
        loop.run_until_complete(kept.close())
        loop.run_until_complete(redis.aclose())
        loop.close()


def thorough(*, examples: int, steps: int) -> settings:
    """Return the settings of a state machine."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
