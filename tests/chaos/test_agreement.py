"""Two gateways on machines of their own: what one of them learns of a channel the other knows at once."""

import asyncio
import re
from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest

from tests.chaos.conftest import Servers, rooms
from tests.chaos.nodes import OTHER, PREFERRED, Node, Nodes, nodes_on, served_by
from tests.chaos.upstreams import Upstreams
from tests.fakes.waiting import PATIENCE_SECONDS

pytestmark = [pytest.mark.chaos, pytest.mark.services]

_ROUNDS = 4
_REQUESTS = 8
_KNOWN_AFTER_S = 0.1
_ALONE = re.compile(r"^oblivious_health_alone(?:\{.*\})? (\S+)", re.MULTILINE)

FULL_NOW_AND_THEN = """
[[part]]
upstreams = "1"
phases = [{ requests = 1, plays = "status=429;retry-after=2" }, { requests = 1 }]
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Nodes]:
    """Two gateways of two workers each, which go on without Redis."""
    settings = {**rooms(servers), "OBLIVIOUS_ON_STATE_LOSS": "allow"}
    with nodes_on(tmp_path_factory.mktemp("pair"), settings, FULL_NOW_AND_THEN, count=2) as nodes:
        yield nodes


async def test_what_one_was_told_the_other_heeds_within_100_ms(pair: Nodes) -> None:
    """After a 429 with a time nobody asks there until then, whichever gateway and worker is asked."""
    served = pair.upstreams.served
    async with pair.client() as client:
        for number in range(_ROUNDS):
            one, other = pair.nodes[number % 2], pair.nodes[1 - number % 2]
            assert await served_by(client, one) == OTHER
            assert [each.status for each in served(PREFERRED)[2 * number :]] == [HTTPStatus.TOO_MANY_REQUESTS]
            await asyncio.sleep(_KNOWN_AFTER_S)
            places = [await served_by(client, node) for node in (other, one) for _ in range(_REQUESTS)]
            assert places == [OTHER] * len(places)
            await _until_it_serves(client, other)
            assert len(served(PREFERRED)) == 2 * (number + 1)


async def test_without_redis_each_goes_on_alone_and_says_so(pair: Nodes, servers: Servers) -> None:
    """Failover hides the fault as before; each finds out by itself; when Redis is back they share again."""
    async with pair.client() as client:
        await asyncio.to_thread(servers.redis.stop)
        try:
            for node in pair.nodes:
                await _until_it_says(client, node, alone=True)
                assert "health_is_not_shared" in node.server.said()
                await _until_it_finds_out(client, node, pair.upstreams)
        finally:
            await asyncio.to_thread(servers.redis.start)
        for node in pair.nodes:
            await _until_it_says(client, node, alone=False)


async def _until_it_serves(client: httpx.AsyncClient, node: Node) -> None:
    """Ask until the preferred upstream has answered: its hold is over."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await served_by(client, node) != PREFERRED:
            pass


async def _until_it_finds_out(client: httpx.AsyncClient, node: Node, upstreams: Upstreams) -> None:
    """Ask, and have every answer good, until the preferred upstream was full once more."""
    before = _refusals(upstreams)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while _refusals(upstreams) == before:
            await served_by(client, node)


def _refusals(upstreams: Upstreams) -> int:
    return sum(one.status == HTTPStatus.TOO_MANY_REQUESTS for one in upstreams.served(PREFERRED))


async def _until_it_says(client: httpx.AsyncClient, node: Node, *, alone: bool) -> None:
    """Ask, and have every answer good, until the metric says whether health is shared."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await _is_alone(client, node) is not alone:
            await served_by(client, node)


async def _is_alone(client: httpx.AsyncClient, node: Node) -> bool:
    """Return whether any process of a gateway has nobody to share with."""
    scraped = (await client.get(f"{node.url}/metrics")).text
    return any(
        float(value)
        for value in re.findall(r"^oblivious_health_alone(?:\{.*\})? (\S+)", scraped, re.MULTILINE)
    )
