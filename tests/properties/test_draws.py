"""Draws are what plain books say, in memory and in Redis, whatever happens in whatever order."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from redis.asyncio import Redis

from oblivious.infra.state.draws import Draws
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.clock import FakeClock
from tests.fakes.redis_clock import lose_data, set_clock, store_by
from tests.properties.draws_machine import DrawsMachine

ResultT = TypeVar("ResultT")


class MemoryBench:
    """Draws in memory."""

    def __init__(self) -> None:
        self.now = FakeClock()
        self.draws: Sequence[Draws] = [MemoryDraws(now=self.now)]

    def run(self, call: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Run a call that never waits."""
        work = call()
        assert isinstance(work, Coroutine)
        try:
            work.send(None)
        except StopIteration as end:
            result: ResultT = end.value
            return result
        raise AssertionError("the draws in memory waited")

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        self.now.advance(milliseconds)


class BothBench:
    """Draws in memory and in Redis, by the same clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop, redis: Redis, shared: Draws) -> None:
        self.now = FakeClock()
        self._loop = loop
        self._redis = redis
        self.draws: Sequence[Draws] = [MemoryDraws(now=self.now), shared]
        loop.run_until_complete(lose_data(redis, self.now()))

    def run(self, call: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Run a call on the loop."""

        async def awaited() -> ResultT:
            return await call()

        return self._loop.run_until_complete(awaited())

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        self.now.advance(milliseconds)
        self.run(partial(set_clock, self._redis, self.now()))


class TestDraws:
    def test_in_memory(self) -> None:
        """The pure owner keeps the books in every order of events."""

        class InMemory(DrawsMachine):
            def make_bench(self) -> MemoryBench:
                return MemoryBench()

        run_state_machine_as_test(InMemory, settings=_thorough(examples=250))

    def test_in_redis(self, redis_url: str) -> None:
        """The scripts answer like the owner in memory, to the millisecond and the nano-dollar."""
        loop = asyncio.new_event_loop()
        redis, store = Redis.from_url(redis_url), store_by(redis_url)

        class InBoth(DrawsMachine):
            def make_bench(self) -> BothBench:
                return BothBench(loop, redis, store.draws())

        loop.run_until_complete(store.open())
        try:
            run_state_machine_as_test(InBoth, settings=_thorough(examples=60))
        finally:
            loop.run_until_complete(store.close())
            loop.run_until_complete(redis.aclose())
            loop.close()


def _thorough(*, examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
