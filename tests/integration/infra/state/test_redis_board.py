"""The board against a Redis that is shared, killed, flushed and stopped."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor

import msgspec
import pytest
from redis.asyncio import Redis

from oblivious.infra.state.board.protocol import RESYNCHRONISE, Board, Change, Health, Report
from oblivious.infra.state.board.redis import RedisBoard
from oblivious.infra.state.board.subscription import Subscription
from oblivious.infra.state.errors import StoreUnreachable
from tests.contract.kept import opened
from tests.fakes.waiting import until
from tests.integration.board_listener import READY, listen
from tests.integration.infra.state.reach import eventually
from tests.services.server import PrivateServer, Server

CHANGES = 50
AGREED_MS = 100


@pytest.fixture
async def board(redis_url: str) -> AsyncIterator[RedisBoard]:
    async with opened(RedisBoard(redis_url)) as made:
        yield made


class TestAgreement:
    async def test_another_process_knows_within_100_ms(self, redis_url: str, board: RedisBoard) -> None:
        """Of 50 changes, 99 in a hundred, by the clock that the processes of a machine share."""
        told: dict[str, int] = {}
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            async with contextlib.aclosing(board.changes()) as news:
                await anext(news)
                listening = asyncio.get_running_loop().run_in_executor(pool, listen, redis_url, CHANGES)
                assert (await anext(news)).subject == READY
            for n in range(CHANGES):
                told[f"c{n}"] = time.monotonic_ns()
                await board.report([Report(f"c{n}", "", 60_000)])
            heard = await listening

        waits = sorted((heard[subject] - at) / 1e6 for subject, at in told.items())
        assert waits[int(0.99 * CHANGES) - 1] < AGREED_MS

    async def test_databases_of_one_server_are_apart(self, redis_server: Server, board: RedisBoard) -> None:
        """Channels are the server's, and yet nobody hears of another installation's subjects."""
        url = await redis_server.fresh()
        async with opened(RedisBoard(url)) as another, contextlib.aclosing(board.changes()) as news:
            await anext(news)
            await another.report([Report("another's", "0")])
            await board.report([Report("ours", "0")])
            assert (await anext(news)).subject == "ours"
        await redis_server.discard(url)


class TestServerTime:
    async def test_holds_go_by_the_servers_clock(self, board: RedisBoard, redis: Redis) -> None:
        """Gateways need not agree about the time, and know the server's."""
        (health,) = await board.report([Report("c12", "", 5_000)])
        seconds, microseconds = await redis.time()

        assert health is not None
        assert -1_000 < health.since_ms - seconds * 1_000 - microseconds // 1_000 <= 0
        assert 0 <= board.now_ms() - health.since_ms < 1_000
        assert health.until_ms == health.since_ms + 5_000

    async def test_leases_end_by_it(self, board: RedisBoard) -> None:
        """Nobody need give them back."""
        assert await board.claim("c12", 30)

        await eventually(lambda: board.claim("c12", 60_000))

    async def test_a_late_release_takes_nobody_elses_claim(self, redis_url: str, board: RedisBoard) -> None:
        """A claimant that slept beyond its lease gives nothing back."""
        async with opened(RedisBoard(redis_url)) as other:
            assert await board.claim("c12", 1)
            await eventually(lambda: other.claim("c12", 60_000))
            await board.release("c12")
            assert not await board.claim("c12", 60_000)


class TestForeignValues:
    async def test_what_others_wrote_says_nothing(self, board: RedisBoard, redis: Redis) -> None:
        """It is judged and read as if it were not there; nor does a foreign message disturb."""
        await redis.hset("ob:{board}:health", mapping={"c12": "hello", "c13": b"\xff"})
        await redis.zadd("ob:{board}:ends", {"c12": 1e15, "c13": 1e15})
        async with contextlib.aclosing(board.changes()) as news:
            await anext(news)
            index = redis.connection_pool.connection_kwargs["db"]
            await redis.publish(f"ob:{{board}}:changes:{index}", "hello")

            assert await board.everything() == {}
            assert await board.report([Report("c12", "0")]) == [Health(window="0")]
            assert await anext(news) == Change("c12", Health(window="0"))


class TestLoss:
    async def test_a_killed_server_is_found_again(self, private_redis: PrivateServer) -> None:
        """Calls fail and the board says so; then it has its data, and listeners ask for everything."""
        async with opened(RedisBoard(private_redis.url)) as board:
            (before,) = await board.report([Report("c12", "", 60_000)])
            async with contextlib.aclosing(board.changes()) as news:
                assert await anext(news) is RESYNCHRONISE
                assert board.healthy
                waiting = asyncio.ensure_future(anext(news))
                await asyncio.to_thread(private_redis.kill)
                for ask in calls(board):
                    with pytest.raises(StoreUnreachable):
                        await ask()
                await until(lambda: not board.healthy)

                await asyncio.to_thread(private_redis.start)

                assert await waiting is RESYNCHRONISE
                await eventually(lambda: answers(board))
                assert await board.everything() == {"c12": before}
                await until(lambda: board.healthy)
                await board.report([Report("c13", "0")])
                assert await anext(news) == Change("c13", Health(window="0"))

    async def test_one_who_listens_to_nobody_waits_for_them(self, private_redis: PrivateServer) -> None:
        """Listening may begin before there is a server."""
        await asyncio.to_thread(private_redis.kill)
        async with (
            opened(RedisBoard(private_redis.url)) as board,
            contextlib.aclosing(board.changes()) as news,
        ):
            waiting = asyncio.ensure_future(anext(news))
            await until(lambda: not board.healthy)
            await asyncio.to_thread(private_redis.start)
            assert await waiting is RESYNCHRONISE

    async def test_a_lost_subscription_shows(self, private_redis: PrivateServer) -> None:
        """Only the listener's connection is cut: what is missed meanwhile is no secret."""
        async with (
            Redis.from_url(private_redis.url) as redis,
            opened(RedisBoard(private_redis.url)) as board,
            contextlib.aclosing(board.changes()) as news,
        ):
            await anext(news)
            await redis.client_kill_filter(_type="pubsub")
            assert await anext(news) is RESYNCHRONISE
            assert board.healthy

    async def test_forgotten_scripts_are_loaded_again(self, board: RedisBoard, redis: Redis) -> None:
        """As after a failover."""
        await redis.script_flush()
        assert await board.report([Report("c12", "0")]) == [Health(window="0")]
        assert await board.claim("c12", 1_000)


class TestSilence:
    async def test_a_server_that_stands_still_is_noticed(self, private_redis: PrivateServer) -> None:
        """Without any call: a subscription that is silent asks whether anybody is there."""
        subscription = Subscription(private_redis.url, "news", silence_seconds=0.05)
        async with contextlib.aclosing(subscription.changes()) as news:
            await anext(news)
            waiting = asyncio.ensure_future(anext(news))
            os.kill(private_redis.pid, signal.SIGSTOP)
            try:
                await until(lambda: not subscription.hears)
            finally:
                os.kill(private_redis.pid, signal.SIGCONT)
            assert await waiting is RESYNCHRONISE
        await subscription.close()

    async def test_a_quiet_server_is_not_mistaken_for_one_that_is_gone(self, redis_url: str) -> None:
        """It answers when it is asked, and nothing is made anew."""
        channel = f"quiet {redis_url}"
        subscription = Subscription(redis_url, channel, silence_seconds=0.2)
        async with Redis.from_url(redis_url) as redis, contextlib.aclosing(subscription.changes()) as news:
            await anext(news)
            waiting = asyncio.ensure_future(anext(news))
            await asyncio.wait([waiting], timeout=0.7)
            await redis.publish(channel, msgspec.msgpack.encode(("c12", "")))
            assert await waiting == Change("c12", None)
        await subscription.close()


async def answers(board: Board) -> bool:
    await board.everything()
    return True


def calls(board: Board) -> list[Callable[[], Awaitable[object]]]:
    """Return one call of each kind."""
    return [
        lambda: board.report([Report("c12", "0")]),
        board.everything,
        lambda: board.claim("c12", 1),
        lambda: board.clear("c12"),
    ]
