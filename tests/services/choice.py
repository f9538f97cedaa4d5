"""Which server a test gets: the one named by the environment, else a private one, else a container."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.services import compose, postgres, rabbitmq, redis
from tests.services.server import PrivateServer, Rooms, Server


class ServerMissing(Exception):
    """No such server can be had on this machine; says what was looked for."""


@dataclass(frozen=True)
class Way:
    """One way to start a server: `missing` says what it lacks here, or None."""

    missing: Callable[[], str | None]
    start: Callable[[], PrivateServer]


@dataclass(frozen=True)
class Kind:
    """One kind of server and the ways to have it, the best first."""

    name: str
    variable: str
    rooms_of: Callable[[str], Rooms]
    ways: tuple[Way, ...]


POSTGRES = Kind(
    "PostgreSQL",
    "OBLIVIOUS_TEST_DATABASE_URL",
    postgres.Databases,
    (Way(postgres.missing, postgres.start_private), Way(compose.missing, compose.start_postgres)),
)
REDIS = Kind(
    "Redis",
    "OBLIVIOUS_TEST_REDIS_URL",
    redis.Indexes,
    (Way(redis.missing, redis.start_private), Way(compose.missing, compose.start_redis)),
)
RABBITMQ = Kind(
    "RabbitMQ",
    "OBLIVIOUS_TEST_AMQP_URL",
    rabbitmq.OneVirtualHost,
    (Way(rabbitmq.missing, rabbitmq.start_private), Way(compose.missing, compose.start_rabbitmq)),
)


@contextmanager
def shared_server(kind: Kind) -> Iterator[Server]:
    """Give the server named by the environment, or start one for as long as it is used.

    Raises:
        ServerMissing: there is none.
    """
    url = os.environ.get(kind.variable)
    if url:
        yield Server(kind.name, url, kind.rooms_of(url))
    else:
        with private_server(kind) as server:
            yield server


@contextmanager
def private_server(kind: Kind) -> Iterator[PrivateServer]:
    """Start a server that may be killed, whatever the environment names.

    Raises:
        ServerMissing: there is none.
    """
    server = _starter(kind)()
    try:
        yield server
    finally:
        server.close()


def _starter(kind: Kind) -> Callable[[], PrivateServer]:
    lacking: list[str] = []
    for way in kind.ways:
        missing = way.missing()
        if missing is None:
            return way.start
        lacking.append(missing)
    raise ServerMissing(f"{kind.name}: {'; '.join([f'{kind.variable} is not set', *lacking])}")
