"""PostgreSQL, Redis and RabbitMQ for a run: private ones on the load core, empty at the start."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from bench.cores import family
from bench.readings import Groups
from tests.services.choice import POSTGRES, RABBITMQ, REDIS, private_server
from tests.services.server import PrivateServer


@dataclass(frozen=True)
class Servers:
    """What stands behind the gateway."""

    postgres: PrivateServer
    redis: PrivateServer
    rabbitmq: PrivateServer
    database_url: str

    def groups(self) -> Groups:
        """Return their processes by name."""
        return {
            server.name: lambda pid=server.pid: family(pid)  # type: ignore[misc] # a default binds early
            for server in (self.postgres, self.redis, self.rabbitmq)
        }


@contextmanager
def servers() -> Iterator[Servers]:
    """Start all three; they inherit our core."""
    with ExitStack() as stack:
        postgres, redis, rabbitmq = (
            stack.enter_context(private_server(kind)) for kind in (POSTGRES, REDIS, RABBITMQ)
        )
        asyncio.run(_without_a_file(redis.url))
        yield Servers(postgres, redis, rabbitmq, asyncio.run(postgres.fresh()))


async def _without_a_file(url: str) -> None:
    """Have Redis keep its data in memory, as it does by default.

    With the append-only file of the tests it stood still for more than a second whenever it rewrote that
    file: its sync waited for all that the others had written to the same disk.
    """
    async with Redis.from_url(url) as redis:
        await redis.config_set("appendonly", "no")
