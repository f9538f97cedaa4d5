"""The servers that tests run on: each is real, can be killed -9, and comes back with its data."""

import os
import select
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aio_pika
import asyncpg
import pytest
from redis.asyncio import Redis

from tests.services.choice import REDIS, ServerMissing, Way, shared_server
from tests.services.redis import start_private
from tests.services.server import PrivateServer, Server


@asynccontextmanager
async def database(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


class TestFreshRooms:
    async def test_a_new_database_has_no_tables(self, postgres_url: str) -> None:
        """A test's database starts empty, and fsync is on, as in production."""
        async with database(postgres_url) as connection:
            assert (
                await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
            )
            assert await connection.fetchval("SHOW fsync") == "on"

    async def test_databases_are_apart(self, postgres: Server, postgres_url: str) -> None:
        """What one test writes, another does not see."""
        async with database(postgres_url) as connection:
            await connection.execute("CREATE TABLE mine ()")
        other = await postgres.fresh()
        async with database(other) as connection:
            assert await connection.fetchval("SELECT to_regclass('mine')") is None
        await postgres.discard(other)

    async def test_an_index_of_redis_is_empty_and_apart(self, redis_server: Server, redis_url: str) -> None:
        """Two tests never share a key."""
        other = await redis_server.fresh()
        async with Redis.from_url(redis_url) as mine, Redis.from_url(other) as theirs:
            await mine.set("key", "value")
            assert await theirs.dbsize() == 0
        await redis_server.discard(other)

    async def test_virtual_hosts_are_apart(self, rabbitmq: Server, amqp_url: str) -> None:
        """The same queue name in two tests is two queues."""
        other = await rabbitmq.fresh()
        await declare(amqp_url, "same")
        with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
            await take(other, "same")
        await rabbitmq.discard(other)


class TestKill:
    async def test_postgres_keeps_what_was_committed(self, private_postgres: PrivateServer) -> None:
        """Committed rows survive kill -9; the new process is another one."""
        async with database(private_postgres.url) as connection:
            await connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
            before = private_postgres.pid
            private_postgres.kill()
        private_postgres.start()

        async with database(private_postgres.url) as connection:
            assert await connection.fetchval("SELECT number FROM kept") == 7
        assert private_postgres.pid != before

    async def test_redis_keeps_what_it_answered(self, private_redis: PrivateServer) -> None:
        """The last answered write survives kill -9."""
        async with Redis.from_url(private_redis.url) as redis:
            await redis.set("key", "value")
            private_redis.kill()
        private_redis.start()

        async with Redis.from_url(private_redis.url) as redis:
            assert await redis.get("key") == b"value"

    async def test_rabbitmq_keeps_what_it_confirmed(self, private_rabbitmq: PrivateServer) -> None:
        """A confirmed message in a quorum queue survives kill -9 of the Erlang machine."""
        await declare(private_rabbitmq.url, "kept", b"message")
        private_rabbitmq.kill()
        private_rabbitmq.start()

        assert await take(private_rabbitmq.url, "kept") == b"message"


class TestStop:
    @pytest.mark.parametrize("name", ["private_postgres", "private_redis", "private_rabbitmq"])
    def test_a_stopped_server_starts_again(self, name: str, request: pytest.FixtureRequest) -> None:
        """Stop is an orderly end, and not the last one."""
        server: PrivateServer = request.getfixturevalue(name)
        server.stop()
        server.start()

        assert Path(f"/proc/{server.pid}").exists()


class TestLifetime:
    def test_servers_die_with_a_killed_test_run(self, tmp_path: Path) -> None:
        """Kill -9 of whoever started a server leaves no server behind."""
        program = "from tests.services.redis import start_private; print(start_private().pid); input()"
        with subprocess.Popen(  # noqa: S603 - the program above
            [sys.executable, "-uc", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        ) as starter:
            assert starter.stdout is not None
            server = os.pidfd_open(int(starter.stdout.readline()))
            starter.kill()

        gone, _, _ = select.select([server], [], [], 10)
        os.close(server)
        assert gone


class TestChoice:
    def test_a_named_server_is_used_as_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing is started where the environment names a server."""
        monkeypatch.setenv(UNAVAILABLE.variable, "redis://elsewhere/0")
        with shared_server(UNAVAILABLE) as server:
            assert server == Server("Redis", "redis://elsewhere/0", server.rooms)

    def test_what_is_missing_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The message names the server, its variable, and each way that was tried."""
        monkeypatch.delenv(UNAVAILABLE.variable, raising=False)
        with (
            pytest.raises(ServerMissing, match=r"Redis: .*_REDIS_URL is not set; no binary; no engine"),
            shared_server(UNAVAILABLE),
        ):
            pass

    def test_the_first_way_that_lacks_nothing_is_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A container serves where the binary is missing."""
        monkeypatch.delenv(REDIS.variable, raising=False)
        with shared_server(replace(REDIS, ways=(UNAVAILABLE.ways[0], REDIS.ways[0]))) as server:
            assert isinstance(server, PrivateServer)


UNAVAILABLE = replace(
    REDIS,
    ways=(
        Way(lambda: "no binary", start_private),
        Way(lambda: "no engine", start_private),
    ),
)


async def declare(url: str, name: str, *messages: bytes) -> None:
    """Make a quorum queue holding these messages, each confirmed."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
        for message in messages:
            await channel.default_exchange.publish(aio_pika.Message(message), routing_key=name)


async def take(url: str, name: str) -> bytes:
    """Get one message of a queue that must be there."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(name)
        message = await queue.get(timeout=10)
        return message.body
