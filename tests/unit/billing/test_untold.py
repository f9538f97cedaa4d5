import asyncio
from collections.abc import Sequence

import pytest
from typing_extensions import override

from oblivious.billing.untold import Untold
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import Settled


class Store(MemoryStateStore):
    """Remembers what it was told; fails while `failing` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.failing: BaseException | None = None
        self.told: list[Settled] = []

    @override
    async def settle(self, settled: Sequence[Settled]) -> None:
        if self.failing is not None:
            raise self.failing
        self.told.extend(settled)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def untold(store: Store) -> Untold:
    return Untold(store)


class TestUntold:
    async def test_tells_once(self, untold: Untold, store: Store) -> None:
        """What was told does not wait any more."""
        untold.add([Settled(1, ["a"], 10, 1)])

        assert await untold.tell()
        assert await untold.tell()
        assert store.told == [Settled(1, ["a"], 10, 1)]

    async def test_keeps_the_newest_balance_and_every_exchange(self, untold: Untold, store: Store) -> None:
        """In whatever order two settlements of an account arrive here."""
        store.failing = StoreUnreachable()
        untold.add([Settled(1, ["b"], 20, 2)])
        assert not await untold.tell()
        untold.add([Settled(1, ["a"], 10, 1), Settled(2, ["c"], 5, 1)])
        store.failing = None

        assert await untold.tell()
        assert store.told == [Settled(1, ["b", "a"], 20, 2), Settled(2, ["c"], 5, 1)]
        assert (untold.failures, len(untold)) == (1, 0)

    async def test_loses_nothing_when_it_is_cancelled(self, untold: Untold, store: Store) -> None:
        """The process goes down while the store is being told: the next tell has it all."""
        untold.add([Settled(1, ["a"], 10, 1)])
        store.failing = asyncio.CancelledError()
        with pytest.raises(asyncio.CancelledError):
            await untold.tell()
        store.failing = None

        assert await untold.tell()
        assert store.told == [Settled(1, ["a"], 10, 1)]

    async def test_does_not_grow_for_ever(self, untold: Untold, store: Store) -> None:
        """Beyond its bound it lets go of all; comparing wallets with the ledger finds it again."""
        store.failing = StoreUnreachable()
        untold.add([Settled(1, [str(number) for number in range(100_001)], 10, 1)])
        await untold.tell()

        assert len(untold) == 0
