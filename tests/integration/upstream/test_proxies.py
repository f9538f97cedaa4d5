import asyncio

import pytest

from oblivious.infra.upstream import (
    Client,
    ConnectFailed,
    ConnectTimedOut,
    Deadlines,
    Origin,
)
from oblivious.infra.upstream import Link as Way
from tests.fakes.proxies import connecting, socks
from tests.fakes.raw_upstream import Link, always, answer, raw_upstream
from tests.integration.upstream.asking import GET, ask, fetch
from tests.integration.upstream.proxied import HOST, OK, SECRET, through

DOORS = {"http": connecting([]), "socks5h": socks([])}


@pytest.mark.parametrize("way", DOORS)
class TestEither:
    async def test_a_proxy_that_hangs_is_left(self, nameless: Client, way: str) -> None:
        """By the connect deadline, with its socket closed."""
        left = asyncio.Event()

        async def serve(link: Link) -> None:
            await link.gone()
            left.set()

        async with raw_upstream(serve) as proxy:
            origin = through(proxy, proxy, way)
            with pytest.raises(ConnectTimedOut, match="by the proxy 127"):
                await ask(nameless, origin, deadlines=Deadlines(connect_ms=100))
            await asyncio.wait_for(left.wait(), 5)

    async def test_a_handshake_that_hangs_behind_it_is_left(self, nameless: Client, way: str) -> None:
        """The deadline is one for the proxy and the origin together."""
        left = asyncio.Event()

        async def serve(link: Link) -> None:
            await link.gone()
            left.set()

        door = DOORS[way]
        async with raw_upstream(serve) as upstream, raw_upstream(door) as proxy:
            upstream.origin = Origin("https", HOST, upstream.origin.port)
            with pytest.raises(ConnectTimedOut):
                await ask(nameless, through(proxy, upstream, way), deadlines=Deadlines(connect_ms=200))
            await asyncio.wait_for(left.wait(), 5)

    async def test_a_proxy_that_is_not_there_is_no_connection(self, nameless: Client, way: str) -> None:
        """Nobody listens on the discard port; nothing goes out beside the proxy."""
        async with raw_upstream(OK) as upstream:
            origin = Origin("http", "127.0.0.1", upstream.origin.port, Way(f"{way}://127.0.0.1:9"))
            with pytest.raises(ConnectFailed):
                await ask(nameless, origin)
            assert not upstream.links

    async def test_its_next_address_is_tried(self, way: str) -> None:
        """A proxy may have addresses that nobody answers on."""

        async def both(host: str, port: int) -> list[str]:
            return ["127.0.0.9", "127.0.0.1"]

        client = Client(resolve=both)
        door = DOORS[way]
        async with raw_upstream(OK) as upstream, raw_upstream(door) as proxy:
            link = Way(f"{way}://proxy.test:{proxy.origin.port}")
            assert await fetch(client, Origin("http", HOST, upstream.origin.port, link)) == b"ok"
        await client.close()

    @pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".invalid", "\udcff"])
    async def test_what_is_no_host_name_is_a_fault(self, nameless: Client, way: str, host: str) -> None:
        """However the proxy would be told."""
        door = DOORS[way]
        async with raw_upstream(door) as proxy:
            with pytest.raises(ConnectFailed):
                await ask(nameless, Origin("http", host, 80, Way(f"{way}://127.0.0.1:{proxy.origin.port}")))

    async def test_large_bodies_pass_both_ways(self, nameless: Client, way: str) -> None:
        """Backpressure reaches through."""
        body = bytes(range(256)) * 10_000
        door = DOORS[way]
        async with raw_upstream(always(answer(body))) as upstream, raw_upstream(door) as proxy:
            link = Way(f"{way}://127.0.0.1:{proxy.origin.port}")
            origin = Origin("http", HOST, upstream.origin.port, link)
            head = GET.replace(b"GET", b"POST")[:-2] + b"content-length: %d\r\n\r\n" % len(body)

            assert await fetch(nameless, origin, head, body) == body


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(Way(proxy=f"ftp://user:{SECRET}@127.0.0.1:1"), id="scheme"),
        pytest.param(Way(proxy=f"http://user:{SECRET}/@127.0.0.1:x"), id="port"),
        pytest.param(Way(authorities=SECRET), id="authorities"),
        pytest.param(Way(certificate=SECRET), id="certificate"),
    ],
)
async def test_a_link_that_cannot_be_is_no_connection(nameless: Client, link: Way) -> None:
    """It is a fault like others, should one ever come this far."""
    with pytest.raises(ConnectFailed) as raised:
        await ask(nameless, Origin("https", "127.0.0.1", 9, link))
    assert SECRET not in str(raised.value)
