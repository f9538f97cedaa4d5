"""The wallet converges to the ledger's truth, whatever happens in whatever order."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from hypothesis.stateful import run_state_machine_as_test
from redis.asyncio import Redis

from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import StateStore
from oblivious.infra.state.redis.store import RedisStateStore
from tests.fakes.clock import FakeClock
from tests.fakes.redis_clock import lose_data, set_clock, store_by
from tests.properties.benches import at_once, begun, in_redis, thorough
from tests.properties.wallet_machine import WalletMachine

ResultT = TypeVar("ResultT")


class MemoryBench:
    """One store in memory."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.stores: Sequence[StateStore]
        self.lose_data()

    def run(self, work: Awaitable[ResultT]) -> ResultT:
        """Run a call that never waits."""
        return at_once(work)

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        self.clock.advance(milliseconds)

    def lose_data(self) -> None:
        """Start anew."""
        self.stores = [MemoryStateStore(now=self.clock)]


class BothBench:
    """A store in memory and one in Redis, by the same clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop, redis: Redis, shared: RedisStateStore) -> None:
        self.clock = FakeClock()
        self._loop = loop
        self._redis = redis
        self._shared = shared
        self.stores: Sequence[StateStore]
        self.lose_data()

    def run(self, work: Awaitable[ResultT]) -> ResultT:
        """Run a call on the loop."""
        return self._loop.run_until_complete(begun(lambda: work))

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        self.clock.advance(milliseconds)
        self.run(set_clock(self._redis, self.clock()))

    def lose_data(self) -> None:
        """Start anew in memory, and empty Redis."""
        self.stores = [MemoryStateStore(now=self.clock), self._shared]
        self.run(lose_data(self._redis, self.clock()))


class TestWallet:
    def test_in_memory(self) -> None:
        """The pure model holds every invariant in every order of events."""

        class InMemory(WalletMachine):
            def make_bench(self) -> MemoryBench:
                return MemoryBench()

        run_state_machine_as_test(InMemory, settings=thorough(examples=250, steps=60))

    def test_in_redis(self, redis_url: str) -> None:
        """The scripts answer like the model and look like it after every step."""
        shared = store_by(redis_url)
        with in_redis(redis_url, shared) as (loop, redis):

            class InBoth(WalletMachine):
                def make_bench(self) -> BothBench:
                    return BothBench(loop, redis, shared)

            run_state_machine_as_test(InBoth, settings=thorough(examples=60, steps=60))
