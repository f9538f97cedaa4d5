"""Systems that may be broken, each set up once and shared by the cases of a module."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chaos.disk import small_disk
from tests.chaos.fleet import Fleet, fleet_on
from tests.chaos.system import System, system_on
from tests.services.choice import POSTGRES, RABBITMQ, REDIS, private_server
from tests.services.plugin import or_without
from tests.services.server import PrivateServer


@dataclass(frozen=True)
class Servers:
    """Servers of chaos' own, to kill and start."""

    postgres: PrivateServer
    redis: PrivateServer
    rabbitmq: PrivateServer


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """All three, for all cases together: whoever breaks one mends it."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(or_without(private_server(kind))) for kind in (POSTGRES, REDIS, RABBITMQ)
        ]
        yield Servers(*started)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """SQLite, state in the one process, settlement in it, too."""
    with system_on(tmp_path_factory.mktemp("embedded"), {}) as system:
        yield system


@pytest.fixture
def cramped(tmp_path: Path) -> Iterator[System]:
    """As `embedded`, but two MiB of journal, some 4,000 exchanges, fill its disk.

    If only root could make such a disk, three MiB are the most that the journal may have.
    """
    settings = {"OBLIVIOUS_JOURNAL_SEGMENT_BYTES": str(2**20), "OBLIVIOUS_JOURNAL_BYTES": str(3 * 2**20)}
    with small_disk(tmp_path / "var" / "journal"), system_on(tmp_path, settings) as system:
        yield system


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[System]:
    """Two workers on PostgreSQL and Redis; the shipper settles. Without Redis they go on."""
    settings = {**rooms(servers), "OBLIVIOUS_ON_STATE_LOSS": "allow"}
    with system_on(tmp_path_factory.mktemp("direct"), settings) as system:
        yield system


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[System]:
    """Two workers on PostgreSQL, Redis and RabbitMQ; two processes settle. Without Redis they refuse."""
    settings = {**rooms(servers), "OBLIVIOUS_AMQP_URL": asyncio.run(servers.rabbitmq.fresh())}
    with system_on(tmp_path_factory.mktemp("bus"), settings, consumers=2) as system:
        yield system


@pytest.fixture
def fleet(tmp_path: Path, servers: Servers) -> Iterator[Fleet]:
    """Two workers on PostgreSQL and Redis before fifty upstreams, many of which fail at any time."""
    with fleet_on(tmp_path, rooms(servers)) as started:
        yield started


def rooms(servers: Servers) -> dict[str, str]:
    """Return the settings for two workers on a fresh place on each server."""
    return {
        "OBLIVIOUS_DATABASE_URL": asyncio.run(servers.postgres.fresh()),
        "OBLIVIOUS_REDIS_URL": asyncio.run(servers.redis.fresh()),
        "OBLIVIOUS_WORKERS": "2",
    }
