"""The state store against a Redis that is killed, flushed, locked and asked for the time."""

import asyncio
import os
import signal

import pytest
from redis.asyncio import Redis

from oblivious.contracts.meters import Need
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.protocol import Standing
from oblivious.infra.state.redis.store import RedisStateStore
from tests.contract.kept import opened
from tests.integration.infra.state.reach import eventually
from tests.services.server import PrivateServer


def need(exchange: str, lease_ms: int = 60_000) -> Need:
    return Need(exchange, 1, 10, 0, (), lease_ms)


class TestServerTime:
    async def test_leases_end_by_the_servers_clock(self, store: RedisStateStore) -> None:
        """Gateways need not agree about the time."""
        await store.seed(1, 10, 1)
        await store.take(need("short", lease_ms=30))
        assert (await store.take(need("next"))).refused_by == 0

        async def granted() -> bool:
            return (await store.take(need("next"))).refused_by == -1

        await eventually(granted)

    async def test_values_have_a_life(self, store: RedisStateStore, redis: Redis) -> None:
        """The server drops them."""
        await store.put("a", b"1", 60_000)

        assert 0 < await redis.pttl("ob:value:a") <= 60_000


class TestScripts:
    async def test_a_server_that_forgets_them_gets_them_again(
        self, store: RedisStateStore, redis: Redis
    ) -> None:
        """SCRIPT FLUSH, as after a failover, costs nobody an error, and the order of commands stays."""
        await store.seed(1, 1_000, 1)
        await redis.script_flush()

        taken = await asyncio.gather(*[store.take(need(f"x{n}")) for n in range(20)])
        for n in range(20):
            store.finish(need(f"x{n}"), 1, ())

        assert {t.refused_by for t in taken} == {-1}
        view = await store.wallet(1)
        assert view is not None
        assert (view.total, store.lost_ends) == (20, 0)


class TestSweep:
    async def test_meters_that_count_nothing_go(self, store: RedisStateStore, redis: Redis) -> None:
        """A wallet does not remember every key its account ever had."""
        meters = [word for n in range(200) for word in (f"@k{n}:now", 0)]
        await store.seed(1, 0, 1)
        await redis.execute_command("HSET", "ob:{a1}:wallet", *meters, "@k:now", 1)  # type: ignore[no-untyped-call] # redis-py
        await store.take(Need("x", 1, 0, None, (), 60_000))

        async def only_what_counts() -> bool:
            await store.sweep()
            return set(await redis.hkeys("ob:{a1}:wallet")) == {
                b".posted",
                b".sequence",
                b".total",
                b"@k:now",
                b"x",
            }

        await eventually(only_what_counts)

    async def test_it_finds_the_accounts_of_dead_gateways(self, store: RedisStateStore, redis: Redis) -> None:
        """Among whatever else is kept, by walking over the keys."""
        await redis.mset({f"ob:value:{n}": "" for n in range(7_000)})
        for account in range(30):
            await store.take(Need("x", account, 0, None, (), 0))
        swept = 0

        async def all_gone() -> bool:
            nonlocal swept
            swept += await store.sweep()
            return swept == 30

        await eventually(all_gone)


class TestLoss:
    async def test_a_killed_server_comes_back_with_its_data(self, private_redis: PrivateServer) -> None:
        """Calls fail while it is gone; then all is as it was, and the epoch says so."""
        async with opened(RedisStateStore(private_redis.url)) as store:
            epoch = await store.epoch()
            await store.seed(1, 100, 1)
            await store.take(need("x"))
            await asyncio.to_thread(private_redis.kill)
            with pytest.raises(StoreUnreachable):
                await store.take(need("y"))
            store.finish(need("x"), 7, ())
            assert store.lost_ends == 1

            await asyncio.to_thread(private_redis.start)

            await eventually(lambda: store.knows(1))
            assert await store.epoch() == epoch
            view = await store.wallet(1)
            assert view is not None
            assert view.entries["x"].standing is Standing.HELD

    async def test_flushed_data_show_by_another_epoch(self, private_redis: PrivateServer) -> None:
        """FLUSHALL leaves the connection and the run id as they are."""
        async with opened(RedisStateStore(private_redis.url)) as store:
            await store.seed(1, 100, 1)
            epoch = await store.epoch()

            async with Redis.from_url(private_redis.url) as redis:
                await redis.flushall()

            assert await store.epoch() != epoch
            assert not await store.knows(1)

    async def test_a_server_that_stands_still_is_out_of_reach(self, private_redis: PrivateServer) -> None:
        """A caller waits for the deadline, no longer; when the server goes on, so does the store."""
        async with opened(RedisStateStore(private_redis.url)) as store:
            os.kill(private_redis.pid, signal.SIGSTOP)
            try:
                with pytest.raises(StoreUnreachable):
                    async with asyncio.timeout(5):
                        await store.epoch()
            finally:
                os.kill(private_redis.pid, signal.SIGCONT)

            await eventually(lambda: _answers(store))


class TestLogin:
    async def test_a_password_is_given(self, private_redis: PrivateServer) -> None:
        """With it the store works; without it, it is out of reach."""
        async with Redis.from_url(private_redis.url) as redis:
            await redis.config_set("requirepass", "p@ss")
        host = private_redis.url.removeprefix("redis://")

        async with (
            opened(RedisStateStore(f"redis://:p%40ss@{host}")) as store,
            opened(RedisStateStore(private_redis.url)) as locked_out,
        ):
            assert await store.epoch()
            with pytest.raises(StoreUnreachable):
                await locked_out.epoch()


async def _answers(store: RedisStateStore) -> bool:
    return bool(await store.epoch())
