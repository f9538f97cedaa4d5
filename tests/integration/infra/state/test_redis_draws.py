"""Draws in a Redis that tells the time, forgets what is over, and is killed."""

import asyncio
from collections.abc import Sequence

import pytest
from redis.asyncio import Redis

from oblivious.contracts.meters import Meter, MeterKind
from oblivious.infra.state.draws import FULL_GAUGE_MS, Draw, Drawn, Draws
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.redis.store import RedisStateStore
from tests.contract.kept import opened
from tests.integration.infra.state.reach import eventually
from tests.services.server import PrivateServer

DAY_MS = 86_400_000
GRANTED = Drawn(None, 0)
NOW = Meter("in flight", "now", MeterKind.GAUGE, 1)
RPM = Meter("requests per minute", "rpm", MeterKind.WINDOW, 9, 1, 60_000)
SPEND = Meter("spend per day", "usd", MeterKind.WINDOW, 1 << 40, 5, DAY_MS)
METERS, LEASES = "ob:{d:c1}:meters", "ob:{d:c1}:leases"


@pytest.fixture
def draws(store: RedisStateStore) -> Draws:
    return store.draws()


def channel(*meters: Meter) -> Sequence[Draw]:
    return (Draw("c1", meters),)


async def comes_to(draws: Draws, hold_id: str, expected: Drawn) -> None:
    """Ask until the answer is this."""

    async def answered() -> bool:
        return await draws.draw(hold_id, channel(NOW), 30_000) == expected

    await eventually(answered)


async def lives(redis: Redis) -> tuple[int, int]:
    """How long the owner's data will be kept, milliseconds."""
    return await redis.pttl(METERS), await redis.pttl(LEASES)


class TestLife:
    """The data of an owner that nobody uses goes by itself, but never before its time."""

    @pytest.mark.parametrize(
        ("meters", "lease_ms", "needed_ms"),
        [
            pytest.param((NOW,), 30_000, 30_000, id="as long as the lease"),
            pytest.param((NOW, RPM), 30_000, 120_000, id="as long as the window counts"),
            pytest.param((RPM, SPEND), 30_000, 2 * DAY_MS, id="as long as the longest window counts"),
            pytest.param((RPM,), 300_000, 300_000, id="a lease beyond the window"),
        ],
    )
    async def test_it_is_as_long_as_anything_counts(
        self, draws: Draws, redis: Redis, meters: tuple[Meter, ...], lease_ms: int, needed_ms: int
    ) -> None:
        """Up to twice that, for what is taken shortly before."""
        await draws.draw("x", channel(*meters), lease_ms)

        assert all(needed_ms <= life <= 2 * needed_ms for life in await lives(redis))

    async def test_a_short_draw_does_not_shorten_it(self, draws: Draws, redis: Redis) -> None:
        """Nor does a hold that ends, though it was the only one."""
        await draws.draw("x", channel(SPEND), 30_000)
        draws.give_back("x", channel(SPEND))
        await draws.draw("y", channel(NOW), 1)

        assert all(life > 2 * DAY_MS for life in await lives(redis))

    async def test_a_renewal_lengthens_it(self, draws: Draws, redis: Redis) -> None:
        """A stream may run for hours."""
        await draws.draw("x", channel(NOW), 1_000)

        await draws.renew([("c1", "x")], 600_000)

        assert all(life >= 600_000 for life in await lives(redis))

    async def test_a_correction_lives_as_long_as_it_counts(self, draws: Draws, redis: Redis) -> None:
        """Even where nothing was known."""
        draws.give_back("x", channel(RPM), [(3,)])
        await draws.readings(channel(RPM))

        assert all(life >= 120_000 for life in await lives(redis))

    async def test_asking_and_renewing_nothing_leaves_nothing(self, draws: Draws, redis: Redis) -> None:
        """Nor does an end of what is over."""
        await draws.readings(channel(NOW, RPM))
        await draws.renew([("c1", "x")], 1_000)
        draws.undo("x", channel(NOW))
        await draws.draw("x", channel(NOW, Meter("full", "full", MeterKind.GAUGE, 0)), 1_000)

        assert await redis.keys("ob:{d:*") == []

    async def test_meters_that_count_nothing_go(self, draws: Draws, redis: Redis) -> None:
        """A channel does not remember every key that it ever had."""
        idle = [word for n in range(60) for word in (f"@k{n}:now", 0)]
        await redis.execute_command("HSET", METERS, *idle, "@held", 1)  # type: ignore[no-untyped-call] # redis-py

        await draws.draw("x", channel(NOW), 1_000)

        assert set(await redis.hkeys(METERS)) == {b".until", b"@held", b"@now", b"x"}


async def test_leases_end_by_the_servers_clock(draws: Draws) -> None:
    """Gateways need not agree about the time."""
    await draws.draw("short", channel(NOW), 300)
    assert (await draws.draw("next", channel(NOW), 30_000)).refused == (0, 0)

    await comes_to(draws, "next", GRANTED)


async def test_a_server_that_forgets_the_scripts_gets_them_again(draws: Draws, redis: Redis) -> None:
    """SCRIPT FLUSH, as after a failover, costs nobody an error; exactly the limit is granted all the same."""
    await redis.script_flush()

    wanted = channel(Meter("in flight", "now", MeterKind.GAUGE, 20))
    drawn = await asyncio.gather(*[draws.draw(f"x{n}", wanted, 30_000) for n in range(50)])

    assert drawn.count(GRANTED) == 20


async def test_a_killed_server_comes_back_with_its_data(private_redis: PrivateServer) -> None:
    """Draws fail while it is gone, and ends are counted; then what was held is held."""
    async with opened(RedisStateStore(private_redis.url)) as store:
        draws = store.draws()
        await draws.draw("x", channel(NOW), 60_000)
        await asyncio.to_thread(private_redis.kill)
        with pytest.raises(StoreUnreachable):
            await draws.draw("y", channel(NOW), 60_000)
        lost = draws.lost_ends
        draws.give_back("x", channel(NOW))
        assert draws.lost_ends == lost + 1

        await asyncio.to_thread(private_redis.start)

        await comes_to(draws, "y", Drawn((0, 0), FULL_GAUGE_MS))
