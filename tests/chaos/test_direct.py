"""Two gateway workers on PostgreSQL and Redis, without a broker: the shipper settles."""

import asyncio

import pytest

from tests.chaos.conftest import Servers
from tests.chaos.processes import kill
from tests.chaos.system import EXCHANGES, System, ordeal

pytestmark = [pytest.mark.chaos, pytest.mark.services]


async def test_a_machine_that_dies_finds_everything_again(direct: System) -> None:
    """Every process is killed at once, also the one that settles, in the middle of a batch."""
    async with ordeal(direct) as under_load:
        await under_load.reached()
        for pid in (direct.server.pid, *direct.server.children()):
            kill(pid)
        await asyncio.to_thread(direct.start)
        toll = await under_load.settled()

    assert toll.interrupted


async def test_without_the_state_store_all_goes_on_and_is_billed(direct: System, servers: Servers) -> None:
    """As its operator has chosen; the wallets are right again when it is back."""
    async with ordeal(direct, poor=False) as under_load:
        await under_load.reached()
        await asyncio.to_thread(servers.redis.kill)
        await under_load.reached(EXCHANGES // 3 + 400)
        await asyncio.to_thread(servers.redis.start)
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0
    assert not under_load.load.refusals()
