"""One process that is killed, stopped and starved of room, and goes on with its folder."""

import asyncio
import signal

import pytest

from tests.chaos.processes import alive, kill
from tests.chaos.system import System, ordeal
from tests.fakes.waiting import until

pytestmark = pytest.mark.chaos


async def test_a_machine_that_dies_finds_everything_again(embedded: System) -> None:
    """Every process is killed at once; what was under way is settled as interrupted by the next start."""
    async with ordeal(embedded) as under_load:
        await under_load.reached()
        for pid in (embedded.server.pid, *embedded.server.children()):
            kill(pid)
        await asyncio.to_thread(embedded.start)
        toll = await under_load.settled()

    assert toll.interrupted


async def test_a_killed_server_takes_its_children_along(embedded: System) -> None:
    """The worker ends what it has begun and is gone; nobody else serves the port."""
    async with ordeal(embedded) as under_load:
        await under_load.reached()
        children = embedded.server.children()
        embedded.server.kill()
        await until(lambda: not alive(children))
        await asyncio.to_thread(embedded.start)
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0


async def test_a_stopped_server_cuts_nobody_off(embedded: System) -> None:
    """Every exchange that was taken in is answered to its end."""
    async with ordeal(embedded) as under_load:
        await under_load.reached()
        assert await asyncio.to_thread(embedded.server.stop, signal.SIGTERM) == 0
        await asyncio.to_thread(embedded.start)
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0


async def test_a_full_disk_refuses_until_there_is_room(cramped: System) -> None:
    """503 while what is under way could not be written down any more; nothing that was taken in is lost."""
    async with ordeal(cramped, exchanges=8_000) as under_load:
        await under_load.reached(500)
        async with under_load.nothing_settled():
            await under_load.load.hears(lambda: under_load.load.refusals("no room") > 50)
        under_load.load.end_after(500)
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0
