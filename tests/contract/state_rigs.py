"""A store with a clock and a switch, for the contract; and short words for what it is asked."""

from typing import Protocol

from redis.asyncio import Redis

from oblivious.contracts.meters import Meter, MeterKind, Need
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import Settled, StateStore, WalletView
from tests.fakes.clock import FakeClock
from tests.fakes.redis_clock import lose_data, set_clock

ACCOUNT = 7
LEASE_MS = 30_000
MINUTE_MS = 60_000
UNKNOWN = WalletView(None, 0, 0, {}, {})


class Rig(Protocol):
    """A store, the clock it goes by, and a way to lose its data."""

    store: StateStore

    async def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        ...

    async def lose_data(self) -> None:
        """Bring the store back empty."""
        ...


class MemoryRig:
    def __init__(self) -> None:
        self._clock = FakeClock()
        self.store: StateStore = MemoryStateStore(now=self._clock)

    async def advance(self, milliseconds: int) -> None:
        """Move the clock."""
        self._clock.advance(milliseconds)

    async def lose_data(self) -> None:
        """Start anew."""
        self.store = MemoryStateStore(now=self._clock)


class RedisRig:
    def __init__(self, redis: Redis, store: StateStore) -> None:
        self._clock = FakeClock()
        self._redis = redis
        self.store = store

    async def advance(self, milliseconds: int) -> None:
        """Move the clock that the server reads."""
        self._clock.advance(milliseconds)
        await set_clock(self._redis, self._clock())

    async def lose_data(self) -> None:
        """Empty the server."""
        await lose_data(self._redis, self._clock())


def window(limit: int, cost: int = 1, key: str = "k1:rpm") -> Meter:
    return Meter(f"window {key}", key, MeterKind.WINDOW, limit, cost, MINUTE_MS)


def gauge(limit: int, cost: int = 1, key: str = "k1:now") -> Meter:
    return Meter(f"gauge {key}", key, MeterKind.GAUGE, limit, cost)


def need(
    exchange: str = "x", *meters: Meter, amount: int = 0, floor: int | None = None, account: int = ACCOUNT
) -> Need:
    return Need(exchange, account, amount, floor, meters, LEASE_MS)


async def wallet(store: StateStore) -> WalletView:
    return await store.wallet(ACCOUNT) or UNKNOWN


async def tell(store: StateStore, *exchanges: str, posted: int = 1_000, sequence: int = 1) -> None:
    await store.settle([Settled(ACCOUNT, exchanges, posted, sequence)])
