"""Fixtures for real servers, each started when the first test asks for it.

A server that cannot be had skips the tests that need it, by name; in CI it fails them.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import pytest

from tests.services.choice import (
    POSTGRES,
    RABBITMQ,
    REDIS,
    ServerMissing,
    private_server,
    shared_server,
)
from tests.services.server import PrivateServer, Server

ServerT = TypeVar("ServerT", bound=Server)

_SHARED = {"postgres", "redis_server", "rabbitmq"}
_PRIVATE = {"private_postgres", "private_redis", "private_rabbitmq"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever uses a server, so that `-m "not services"` runs the rest."""
    for item in items:
        if isinstance(item, pytest.Function) and (_SHARED | _PRIVATE) & set(item.fixturenames):
            item.add_marker(pytest.mark.services)


@contextmanager
def or_without(server: AbstractContextManager[ServerT]) -> Iterator[ServerT]:
    """Give the server; where it cannot be had skip the test, in CI fail it."""
    try:
        with server as running:
            yield running
    except ServerMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(f"did not run: {missing}", pytrace=False)
        pytest.skip(f"did not run: {missing}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """PostgreSQL for all tests together."""
    with or_without(shared_server(POSTGRES)) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """Redis for all tests together."""
    with or_without(shared_server(REDIS)) as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[Server]:
    """RabbitMQ for all tests together."""
    with or_without(shared_server(RABBITMQ)) as server:
        yield server


@pytest.fixture
async def postgres_url(postgres: Server) -> AsyncIterator[str]:
    """A new, empty database: a `postgresql+asyncpg://` URL."""
    url = await postgres.fresh()
    yield url
    await postgres.discard(url)


@pytest.fixture
async def redis_url(redis_server: Server) -> AsyncIterator[str]:
    """An empty Redis index."""
    url = await redis_server.fresh()
    yield url
    await redis_server.discard(url)


@pytest.fixture
async def amqp_url(rabbitmq: Server) -> AsyncIterator[str]:
    """A virtual host without queues."""
    url = await rabbitmq.fresh()
    yield url
    await rabbitmq.discard(url)


@pytest.fixture
def private_postgres() -> Iterator[PrivateServer]:
    """A PostgreSQL of this test's own, to kill and start."""
    with or_without(private_server(POSTGRES)) as server:
        yield server


@pytest.fixture
def private_redis() -> Iterator[PrivateServer]:
    """A Redis of this test's own, to kill and start."""
    with or_without(private_server(REDIS)) as server:
        yield server


@pytest.fixture
def private_rabbitmq() -> Iterator[PrivateServer]:
    """A RabbitMQ of this test's own, to kill and start."""
    with or_without(private_server(RABBITMQ)) as server:
        yield server
