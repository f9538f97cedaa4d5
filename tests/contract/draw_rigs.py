"""Draws with a clock, as two gateways see them, for the contract; and short words for what they are asked."""

from typing import Protocol

from redis.asyncio import Redis

from oblivious.contracts.meters import Meter, MeterKind
from oblivious.infra.state.draws import Draw, Drawn, Draws
from oblivious.infra.state.memory_draws import MemoryDraws
from tests.fakes.clock import FakeClock
from tests.fakes.redis_clock import set_clock

LEASE_MS = 30_000
MINUTE_MS = 60_000
DAY_MS = 86_400_000
GRANTED = Drawn(None, 0)


class DrawRig(Protocol):
    """Draws, the same ones seen from another gateway, and the clock they go by."""

    draws: Draws
    elsewhere: Draws

    async def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        ...


class MemoryDrawRig:
    def __init__(self) -> None:
        self._clock = FakeClock()
        self.draws: Draws = MemoryDraws(now=self._clock)
        self.elsewhere: Draws = self.draws

    async def advance(self, milliseconds: int) -> None:
        """Move the clock."""
        self._clock.advance(milliseconds)


class RedisDrawRig:
    def __init__(self, redis: Redis, draws: Draws, elsewhere: Draws) -> None:
        self._clock = FakeClock()
        self._redis = redis
        self.draws = draws
        self.elsewhere = elsewhere

    async def advance(self, milliseconds: int) -> None:
        """Move the clock that the server reads."""
        self._clock.advance(milliseconds)
        await set_clock(self._redis, self._clock())


def window(limit: int, cost: int = 1, key: str = "c12:rpm", window_ms: int = MINUTE_MS) -> Meter:
    return Meter(f"window {key}", key, MeterKind.WINDOW, limit, cost, window_ms)


def gauge(limit: int, cost: int = 1, key: str = "c12:now") -> Meter:
    return Meter(f"gauge {key}", key, MeterKind.GAUGE, limit, cost)


def channel(*meters: Meter) -> Draw:
    return Draw("c12", meters)


def pool(*meters: Meter) -> Draw:
    return Draw("p:acme", meters)


async def left(draws: Draws, *of: Draw) -> list[list[int]]:
    """What is left of each meter of each draw."""
    return [[reading.remaining for reading in readings] for readings in await draws.readings(of)]
