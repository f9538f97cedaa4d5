"""The connection keeps order, keeps to its bounds, and comes back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from oblivious.contracts.meters import Need
from oblivious.infra.state.errors import StoreFault, StoreUnreachable
from oblivious.infra.state.redis.address import Address
from oblivious.infra.state.redis.connection import Connection
from oblivious.infra.state.redis.store import RedisStateStore
from tests.fakes.scripted_redis import ScriptedRedis, scripted_redis
from tests.fakes.waiting import until


@pytest.fixture
async def server() -> AsyncIterator[ScriptedRedis]:
    async with scripted_redis() as running:
        yield running


@pytest.fixture
async def connection(server: ScriptedRedis) -> AsyncIterator[Connection]:
    made = Connection(Address.parse(server.url), ("return 1",), deadline_ms=300, backlog=100)
    await made.open()
    yield made
    await made.close()


class TestCall:
    async def test_commands_of_one_turn_go_in_one_write(
        self, server: ScriptedRedis, connection: Connection
    ) -> None:
        """Fifty callers cost one system call, and each gets its own reply."""
        server.reply = lambda words: b"$%d\r\n%s\r\n" % (len(words[1]), words[1])
        server.chunks.clear()

        replies = await asyncio.gather(*[connection.call("ECHO", n) for n in range(50)])

        assert replies == [b"%d" % n for n in range(50)]
        assert [len(chunk) for chunk in server.chunks] == [50]

    async def test_a_caller_that_went_away_does_not_shift_the_replies(
        self, server: ScriptedRedis, connection: Connection
    ) -> None:
        """Its reply is dropped, the next caller gets its own."""
        server.reply = lambda words: b":%s\r\n" % words[1]
        gone, stays = connection.call("N", 1), connection.call("N", 2)
        gone.cancel()

        assert await stays == 2

    @pytest.mark.parametrize(
        ("reply", "error"),
        [
            pytest.param(b"-LOADING data\r\n", StoreUnreachable, id="not yet"),
            pytest.param(b"-OOM no room\r\n", StoreUnreachable, id="no memory"),
            pytest.param(b"-READONLY replica\r\n", StoreUnreachable, id="a replica"),
            pytest.param(b"-WRONGTYPE not a hash\r\n", StoreFault, id="a foreign value"),
            pytest.param(b"-NOSCRIPT what\r\n", StoreFault, id="scripts that do not stay loaded"),
        ],
    )
    async def test_an_error_reply_is_raised(
        self, server: ScriptedRedis, connection: Connection, reply: bytes, error: type[Exception]
    ) -> None:
        """A server that cannot serve is as good as unreachable; one that will not is a fault."""
        server.reply = lambda words: reply if words[0] == b"EVALSHA" else b"+PONG\r\n"

        with pytest.raises(error):
            await connection.call("EVALSHA", "x", 0)
        assert await connection.call("PING") == b"PONG"

    async def test_a_server_that_does_not_answer_is_left(
        self, server: ScriptedRedis, connection: Connection
    ) -> None:
        """All that waits fails at the deadline, and a new connection is made."""
        server.reply = lambda _: b""

        waiting = [connection.call("HANG"), connection.call("PING")]
        async with asyncio.timeout(2):
            outcomes = await asyncio.gather(*waiting, return_exceptions=True)

        assert [type(outcome) for outcome in outcomes] == [StoreUnreachable] * 2
        await until(lambda: server.clients == 2)

    async def test_the_backlog_is_bounded(self, server: ScriptedRedis, connection: Connection) -> None:
        """What would wait behind too many is refused at once."""
        server.reply = lambda _: b""
        waiting = [connection.call("HANG") for _ in range(100)]

        with pytest.raises(StoreUnreachable, match="100 commands wait"):
            connection.call("HANG")
        await asyncio.gather(*waiting, return_exceptions=True)

    @pytest.mark.parametrize(
        "garbage",
        [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"+PONG\r\n+PONG\r\n"],
        ids=["not Redis", "a reply too many"],
    )
    async def test_a_connection_that_talks_nonsense_is_left(
        self, server: ScriptedRedis, connection: Connection, garbage: bytes
    ) -> None:
        """Its later replies could answer anything."""
        server.reply = lambda _: garbage

        await asyncio.gather(connection.call("PING"), return_exceptions=True)

        await until(lambda: server.clients == 2)


class TestLoss:
    async def test_what_waits_fails_and_the_next_one_is_served(
        self, server: ScriptedRedis, connection: Connection
    ) -> None:
        """A hang-up is told at once, and the connection comes back by itself."""
        server.reply = lambda _: b""
        waiting = connection.call("HANG")
        await until(lambda: [b"HANG"] in server.chunks[-1])
        server.hang_up()
        with pytest.raises(StoreUnreachable):
            await waiting

        server.reply = lambda _: b"+PONG\r\n"
        await until(lambda: server.clients == 2)
        async with asyncio.timeout(2):
            assert await _called_until_it_answers(connection) == b"PONG"

    async def test_without_a_server_calls_fail_at_once(self) -> None:
        """Opening does not raise: a gateway may start before its Redis. Ends are counted as lost."""
        store = RedisStateStore("redis://127.0.0.1:1")
        await store.open()

        with pytest.raises(StoreUnreachable):
            await store.take(Need("x", 1, 1, None, (), 1_000))
        store.finish(Need("x", 1, 1, None, (), 1_000), 1, ())

        assert store.lost_ends == 1
        await store.close()


async def _called_until_it_answers(connection: Connection) -> object:
    while True:
        try:
            return await connection.call("PING")
        except StoreUnreachable:
            await asyncio.sleep(0)
