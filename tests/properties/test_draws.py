"""Draws are what plain books say, in memory and in Redis, whatever happens in whatever order."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from hypothesis.stateful import run_state_machine_as_test
from redis.asyncio import Redis

from oblivious.infra.state.draws import Draws
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.clock import FakeClock
from tests.fakes.redis_clock import lose_data, set_clock, store_by
from tests.properties.benches import at_once, begun, in_redis, thorough
from tests.properties.draws_machine import DrawsMachine

ResultT = TypeVar("ResultT")


class MemoryBench:
    """Draws in memory."""

    def __init__(self) -> None:
        self.now = FakeClock()
        self.draws: Sequence[Draws] = [MemoryDraws(now=self.now)]

    def run(self, call: Callable[[], Awaitable[ResultT]]) -> ResultT:
        """Run a call that never waits."""
        return at_once(call())

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
        return self._loop.run_until_complete(begun(call))

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

        run_state_machine_as_test(InMemory, settings=thorough(examples=250, steps=50))

    def test_in_redis(self, redis_url: str) -> None:
        """The scripts answer like the owner in memory, to the millisecond and the nano-dollar."""
        store = store_by(redis_url)
        with in_redis(redis_url, store) as (loop, redis):

            class InBoth(DrawsMachine):
                def make_bench(self) -> BothBench:
                    return BothBench(loop, redis, store.draws())

            run_state_machine_as_test(InBoth, settings=thorough(examples=60, steps=50))
