"""Fixtures for whole installations, each started when the first test asks for it and shared by all."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import anthropic
import httpx
import openai
import pytest

from tests.gateways.clients import NO_TLS, plain_client
from tests.gateways.gateway import Gateway
from tests.installation import installed
from tests.services.server import Server

ORIGIN = "https://page.example"

# Short, so that what hangs is given up within a test; one second of silence is enough for a comment.
_SETTINGS = {
    "OBLIVIOUS_DEMO": "false",
    "OBLIVIOUS_FIRST_BYTE_SECONDS": "3",
    "OBLIVIOUS_IDLE_SECONDS": "3",
    "OBLIVIOUS_PING_SECONDS": "1",
    "OBLIVIOUS_MAX_BODY_BYTES": str(4 * 1024 * 1024),
    "OBLIVIOUS_CORS_ORIGINS": ORIGIN,
    "OBLIVIOUS_FETCH_NETWORKS": "127.0.0.1/32",
    # The faults that tests ask for say nothing of the next test: nobody is held back for long.
    "OBLIVIOUS_BREAKER_BAD": "100",
    "OBLIVIOUS_BREAKER_LAST": "100",
    "OBLIVIOUS_HOLD_FIRST_SECONDS": "0.05",
    "OBLIVIOUS_HOLD_MOST_SECONDS": "0.05",
}


@contextmanager
def _served(folder: Path, settings: dict[str, str], *parts: str) -> Iterator[Gateway]:
    with installed(folder, {**_SETTINGS, **settings}) as installation:
        gateway = Gateway(installation)
        for part in parts:
            installation.part(part)
        installation.serve()
        yield gateway


@contextmanager
def _rooms(servers: Mapping[str, Server]) -> Iterator[dict[str, str]]:
    """Give the settings for two workers on an empty place of their own on each server."""
    urls = {name: asyncio.run(server.fresh()) for name, server in servers.items()}
    yield {**urls, "OBLIVIOUS_WORKERS": "2"}
    for name, server in servers.items():
        asyncio.run(server.discard(urls[name]))


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """SQLite, state in the one process, settlement in it, too."""
    with _served(tmp_path_factory.mktemp("embedded"), {}) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def full(
    tmp_path_factory: pytest.TempPathFactory, postgres: Server, redis_server: Server, rabbitmq: Server
) -> Iterator[Gateway]:
    """Two workers on PostgreSQL, Redis and RabbitMQ, and a process that settles."""
    servers = {
        "OBLIVIOUS_DATABASE_URL": postgres,
        "OBLIVIOUS_REDIS_URL": redis_server,
        "OBLIVIOUS_AMQP_URL": rabbitmq,
    }
    with _rooms(servers) as urls, _served(tmp_path_factory.mktemp("full"), urls, "worker") as gateway:
        yield gateway


@pytest.fixture
def direct(tmp_path: Path, postgres: Server, redis_server: Server) -> Iterator[Gateway]:
    """Two workers on PostgreSQL and Redis; the process beside them settles."""
    servers = {"OBLIVIOUS_DATABASE_URL": postgres, "OBLIVIOUS_REDIS_URL": redis_server}
    with _rooms(servers) as urls, _served(tmp_path, urls) as gateway:
        yield gateway


@pytest.fixture(params=["embedded", pytest.param("full", marks=pytest.mark.services)], scope="session")
def gateway(request: pytest.FixtureRequest) -> Gateway:
    """A gateway of each kind in turn."""
    chosen: Gateway = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
async def gpt(gateway: Gateway) -> AsyncIterator[openai.AsyncOpenAI]:
    """OpenAI's own client, which never tries again."""
    async with openai.AsyncOpenAI(
        base_url=f"{gateway.url}/v1",
        api_key=gateway.key,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(verify=NO_TLS),
    ) as client:
        yield client


@pytest.fixture
async def claude(gateway: Gateway) -> AsyncIterator[anthropic.AsyncAnthropic]:
    """Anthropic's own client, which never tries again."""
    async with anthropic.AsyncAnthropic(
        base_url=gateway.url,
        api_key=gateway.key,
        max_retries=0,
        http_client=anthropic.DefaultAsyncHttpxClient(verify=NO_TLS),
    ) as client:
        yield client


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A plain client with as many connections as it needs."""
    async with plain_client() as client:
        yield client
