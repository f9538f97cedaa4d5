import asyncio
from collections import deque

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from oblivious.consumers.reap import reap, sweep_round
from oblivious.contracts.meters import Need
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.memory import MemoryStateStore
from tests.fakes.clock import FakeClock


class Store(MemoryStateStore):
    """Sweeps what it is told to, and says when it was asked."""

    def __init__(self, answers: list[int | Exception]) -> None:
        super().__init__()
        self._answers = deque(answers)
        self.done = asyncio.Event()
        self.sweeps = 0

    @override
    async def sweep(self) -> int:
        self.sweeps += 1
        answer = self._answers.popleft() if self._answers else 0
        if not self._answers:
            self.done.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


class TestSweepRound:
    async def test_goes_on_until_nothing_is_left(self) -> None:
        """The last sweep finds nothing."""
        store = Store([5, 5, 2])

        assert await sweep_round(store) == 12
        assert store.sweeps == 4

    async def test_is_bounded(self) -> None:
        """A store full of old leases is not swept at once."""
        store = Store([1] * 10)

        assert await sweep_round(store, most=3) == 3

    async def test_returns_holds_whose_lease_is_over(self) -> None:
        """A gateway that died gives its money back without saying anything."""
        clock = FakeClock()
        store = MemoryStateStore(now=clock)
        await store.seed(1, 100, 1)
        await store.take(Need("x", 1, 70, 0, (), lease_ms=1_000))
        clock.advance(1_001)
        await sweep_round(store)
        view = await store.wallet(1)

        assert view is not None
        assert view.available == 100


class TestReap:
    async def test_survives_a_store_that_goes_away(self) -> None:
        """It says so once, goes on, and says when the store is back."""
        store = Store([StoreUnreachable(), StoreUnreachable(), 0, 0])
        with capture_logs() as logs:
            task = asyncio.create_task(reap(store, every_seconds=0))
            async with asyncio.timeout(10):
                await store.done.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        assert [line["event"] for line in logs] == ["chore_waits", "chore_goes_on"]

    async def test_does_not_survive_a_bug(self) -> None:
        """What is not a lost server is not hidden."""
        with pytest.raises(ZeroDivisionError):
            await reap(Store([ZeroDivisionError()]), every_seconds=0)
