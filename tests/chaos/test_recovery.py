"""A channel that fails is left alone and comes back by itself; if it fails again, that takes longer."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from oblivious.demo.served import Served
from oblivious.infra.state.board.protocol import Health
from tests.chaos.conftest import Servers, rooms
from tests.chaos.nodes import FIRST_HOLD_MS, PREFERRED, Nodes, nodes_on, served_by
from tests.fakes.waiting import PATIENCE_SECONDS

pytestmark = [pytest.mark.chaos, pytest.mark.services]

FLAPS = """
[[part]]
upstreams = "1"
phases = [{ requests = 2, plays = "garbage-body" }, { requests = 3 }]
"""

_EARLY_MS, _LATE_MS = 50, 500
"""Holds begin when a failure is noted, and end when the next client asks: machines are busy."""


@pytest.fixture
def flapping(tmp_path: Path, servers: Servers) -> Iterator[Nodes]:
    """A gateway whose preferred channel fails twice, answers three times, and so on.

    It has one worker: another one would know of the second failure a moment later, and might ask once more.
    """
    with nodes_on(tmp_path, {**rooms(servers), "OBLIVIOUS_WORKERS": "1"}, FLAPS) as nodes:
        yield nodes


async def test_it_is_back_within_its_hold_and_each_hold_is_twice_the_one_before(flapping: Nodes) -> None:
    """Two failures open its breaker; the first request after the hold tries it, and all others follow."""
    served = await _asked(flapping, 17)
    health = await _open_health(flapping)

    assert [one.fault for one in served] == [*(["garbage-body"] * 2 + [""] * 3) * 3, *["garbage-body"] * 2]
    _assert_away(served, FIRST_HOLD_MS, 2 * FIRST_HOLD_MS, 4 * FIRST_HOLD_MS)
    assert (health.strikes, health.hold_ms) == (4, 8 * FIRST_HOLD_MS)


async def _asked(nodes: Nodes, count: int) -> list[Served]:
    """Ask one request after the other until the preferred upstream has served so many; return these."""
    async with asyncio.timeout(PATIENCE_SECONDS), nodes.client() as client:
        while len(nodes.upstreams.served(PREFERRED)) < count:
            await served_by(client, nodes.nodes[0])
    return nodes.upstreams.served(PREFERRED)


async def _open_health(nodes: Nodes) -> Health:
    """Return the health of the preferred channel as soon as the board has its breaker open."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            for health in (await nodes.health()).values():
                if health.open:
                    return health
            await asyncio.sleep(0.01)


def _assert_away(served: list[Served], *holds_ms: int) -> None:
    """Assert for how long the upstream was left alone, each time that it had failed twice."""
    failed_last = [pair for pair in pairwise(served) if pair[0].fault and not pair[1].fault]
    away_ms = [(after.at - before.at) * 1000 for before, after in failed_last]
    assert len(away_ms) == len(holds_ms)
    for seen, hold in zip(away_ms, holds_ms, strict=True):
        assert hold - _EARLY_MS < seen < hold + _LATE_MS, away_ms
