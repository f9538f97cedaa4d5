"""What finding a channel costs: resolve, pick, health and trace of one exchange, among a thousand channels.

    python -m bench.picking

Runs in this process, without sockets; the median of many runs counts. Writes its section of RESULTS.md.
"""

import asyncio
import statistics
import sys
import time
from datetime import UTC, datetime

from bench.report import keep, table
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.gateway.road.accept import accept
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.hunt import Hunt
from oblivious.gateway.road.resolve import resolve
from oblivious.gateway.road.shares import leave_channel
from tests.fakes.clients import FakeClient
from tests.fakes.road import FakeRoad, channel, chat, exchange

_RUNS, _EXCHANGES = 30, 500
_ALLOWED_US = 40
_COOLING = Verdict(Fault.RATE, Scope.CHANNEL, Action.COOL, 3_600_000)
_HOUSES = ((1, 0), (1_000, 0), (1_000, 300))
"""Channels, and how many of them are held back."""


def _house(channels: int, held: int) -> FakeRoad:
    fake = FakeRoad(*(channel(number, keys=2) for number in range(1, channels + 1)))
    for number in range(1, held + 1):
        one = channel(number, keys=2)
        fake.road.health.failed(one, one.keys[0], _COOLING)
    return fake


async def _asked(fake: FakeRoad) -> Exchange:
    """Return an exchange whose request was read."""
    asked = exchange(FakeClient(chat()))
    await accept(asked, fake.road.limits)
    asked.caller = fake.callers.caller
    return asked


async def _found(fake: FakeRoad, asked: Exchange) -> float:
    """Return the processor seconds of finding a channel for an exchange and noting what became of it."""
    begun = time.thread_time()
    await resolve(fake.road, asked)
    hunt = Hunt(fake.road, asked)
    await hunt.next()
    hunt.succeeded()
    spent = time.thread_time() - begun
    leave_channel(fake.road, asked)
    return spent


async def _microseconds(channels: int, held: int) -> float:
    fake = _house(channels, held)
    runs = []
    for _ in range(_RUNS):
        asked = [await _asked(fake) for _ in range(_EXCHANGES)]
        runs.append(sum([await _found(fake, one) for one in asked]) / _EXCHANGES)
    return statistics.median(runs) * 1e6


async def _measured() -> list[tuple[str, str, float]]:
    return [(f"{channels:,}", str(held), await _microseconds(channels, held)) for channels, held in _HOUSES]


def main() -> int:
    """Measure, print, keep; 1 if it costs more than is allowed."""
    rows = asyncio.run(_measured())
    shown = [[channels, held, f"{cost:.1f}", str(_ALLOWED_US)] for channels, held, cost in rows]
    text = f"`python -m bench.picking` on {datetime.now(UTC):%Y-%m-%d}, in one process without sockets.\n\n"
    text += table(["channels", "held back", "us an exchange", "allowed"], shown)
    print(text)
    keep({"Finding a channel": text})
    return int(any(cost > _ALLOWED_US for *_, cost in rows))


if __name__ == "__main__":
    sys.exit(main())
