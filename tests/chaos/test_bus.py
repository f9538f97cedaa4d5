"""Two gateway workers, a shipper and two consumers on PostgreSQL, Redis and RabbitMQ: whoever dies."""

import asyncio
import signal

import pytest
from redis.asyncio import Redis

from tests.chaos.conftest import Servers
from tests.chaos.processes import alive, kill
from tests.chaos.system import EXCHANGES, System, ordeal
from tests.fakes.waiting import until

pytestmark = [pytest.mark.chaos, pytest.mark.services]

_MEANWHILE = EXCHANGES // 3 + 200
"""Reached while a server is down: the gateway goes on without it."""


async def test_a_killed_worker_comes_back(bus: System) -> None:
    """What it had in flight is settled as interrupted; its sibling and its successor serve on."""
    async with ordeal(bus) as under_load:
        await under_load.reached()
        killed, sibling = bus.of_role("worker")
        kill(killed)
        await until(lambda: len(bus.of_role("worker")) == 2 and killed not in bus.of_role("worker"))
        toll = await under_load.settled()

    assert toll.interrupted
    assert alive([sibling]), "one dead worker is no reason to end another"


async def test_a_killed_shipper_comes_back(bus: System) -> None:
    """Nobody who asks notices; its successor goes on where it stopped."""
    async with ordeal(bus) as under_load:
        await under_load.reached()
        [killed] = bus.of_role("shipper")
        kill(killed)
        await until(lambda: bus.of_role("shipper") not in ([], [killed]))
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0


async def test_a_killed_consumer_leaves_its_batch_to_the_other(bus: System) -> None:
    """What it had in hand comes again, and is settled once."""
    async with ordeal(bus) as under_load:
        await under_load.reached()
        bus.consumers.pop().kill()
        toll = await under_load.settled()
        bus.add_consumer()

    assert toll.interrupted == 0
    assert toll.unheard == 0


async def test_a_killed_server_takes_its_children_along(bus: System) -> None:
    """Nobody serves the port any more; the next start adopts the journals."""
    async with ordeal(bus) as under_load:
        await under_load.reached()
        children = bus.server.children()
        bus.server.kill()
        await until(lambda: not alive(children))
        await asyncio.to_thread(bus.start)
        toll = await under_load.settled()

    assert toll.interrupted == 0, "the workers ended what they had begun"
    assert toll.unheard == 0


async def test_a_stopped_server_cuts_nobody_off(bus: System) -> None:
    """Every exchange that was taken in is answered to its end."""
    async with ordeal(bus) as under_load:
        await under_load.reached()
        assert await asyncio.to_thread(bus.server.stop, signal.SIGTERM) == 0
        await asyncio.to_thread(bus.start)
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0


async def test_the_broker_may_be_away(bus: System, servers: Servers) -> None:
    """The journals keep what comes meanwhile, and nobody who asks notices."""
    async with ordeal(bus) as under_load:
        await under_load.reached()
        await asyncio.to_thread(servers.rabbitmq.stop)
        await under_load.reached(_MEANWHILE)
        await asyncio.to_thread(servers.rabbitmq.start)
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0


async def test_the_database_may_be_away(bus: System, servers: Servers) -> None:
    """The road does not need it for callers and models that it knows; settlement waits."""
    async with ordeal(bus) as under_load:
        await under_load.reached()
        await asyncio.to_thread(servers.postgres.kill)
        await under_load.reached(_MEANWHILE)
        await asyncio.to_thread(servers.postgres.start)
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0


async def test_without_the_state_store_everybody_is_refused(bus: System, servers: Servers) -> None:
    """503 until it is back; what was held when it went is given back."""
    async with ordeal(bus) as under_load:
        await under_load.reached()
        await asyncio.to_thread(servers.redis.kill)
        await under_load.load.hears(lambda: under_load.load.refusals("state_unavailable") > 50)
        await asyncio.to_thread(servers.redis.start)
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0


async def test_a_state_store_that_lost_its_data_is_rebuilt(bus: System, servers: Servers) -> None:
    """Who is promised the last cent waits until all have put back what they hold; nothing is overspent."""
    async with ordeal(bus) as under_load:
        await under_load.reached()
        async with Redis.from_url(servers.redis.url) as redis:
            await redis.flushall()
            await asyncio.to_thread(servers.redis.kill)
        await asyncio.to_thread(servers.redis.start)
        toll = await under_load.settled()

    assert toll.interrupted == 0
    assert toll.unheard == 0
    assert under_load.load.refusals("rebuilt", bus.strict.key)
    assert not under_load.load.refusals("rebuilt", bus.fair.key)
