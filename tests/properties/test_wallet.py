"""The wallet converges to the ledger's truth, whatever happens in whatever order."""

import asyncio
from collections.abc import Awaitable, Coroutine, Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import StateStore
from tests.fakes.clock import FakeClock
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
        assert isinstance(work, Coroutine)
        try:
            work.send(None)
        except StopIteration as end:
            result: ResultT = end.value
            return result
        raise AssertionError("the store in memory waited")

    def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        self.clock.advance(milliseconds)

    def lose_data(self) -> None:
        """Start anew."""
        self.stores = [MemoryStateStore(now=self.clock)]


class MemoryMachine(WalletMachine):
    def make_bench(self) -> MemoryBench:
        return MemoryBench()


class TestWallet:
    def test_in_memory(self) -> None:
        """The pure model holds every invariant in every order of events."""
        run_state_machine_as_test(MemoryMachine, settings=_thorough(examples=250, steps=60))  # type: ignore[no-untyped-call] # hypothesis leaves it untyped


def _thorough(*, examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
