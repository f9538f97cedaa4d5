"""The client and its origins, on both kinds of loop."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
import uvloop

from oblivious.infra.upstream import Client
from tests.fakes.certificates import Authority
from tests.integration.upstream.proxied import no_names


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run every test on the loop that we ship and on the one that everybody has."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    client = Client()
    yield client
    await client.close()


@pytest_asyncio.fixture
async def nameless() -> AsyncIterator[Client]:
    """A client that finds no names."""
    client = Client(resolve=no_names)
    yield client
    await client.close()


@pytest.fixture
def authority() -> Authority:
    return Authority("authority.test")
