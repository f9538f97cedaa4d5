"""What comes back over real connections."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from oblivious.infra.fetch import (
    FetchFault,
    NotServed,
    TooLarge,
    TooSlow,
    Unreachable,
)
from tests.fakes.raw_upstream import Link, always, answer, raw_upstream
from tests.integration.fetch.fetching import HERE, PNG, fetched, here, moved, url_of


class TestWhatIsFetched:
    async def test_the_body_and_what_it_is(self) -> None:
        """As the server says."""
        async with raw_upstream(always(answer(PNG, b"content-type: image/webp; a=b"))) as server:
            assert await fetched(url_of(server)) == (PNG, "image/webp")

    async def test_a_server_that_says_nothing_is_looked_through(self) -> None:
        """By the first bytes."""
        async with raw_upstream(always(answer(PNG))) as server:
            assert await fetched(url_of(server, "/a")) == (PNG, "image/png")

    async def test_the_server_is_asked_by_its_name(self) -> None:
        """Plainly: without cookies, credentials, or leave to pack the answer."""
        asked: list[bytes] = []

        async def serve(link: Link) -> None:
            asked.append(await link.request())
            link.send(answer(PNG, b"set-cookie: a=b"))

        async with raw_upstream(serve) as server:
            for _ in range(2):
                await fetched(url_of(server, "/a b?c=d", "user:word@Some.test"), resolve=here)
            port = server.origin.port

        lines = asked[1].split(b"\r\n")
        assert lines[0] == b"GET /a%20b?c=d HTTP/1.1"
        assert {line.lower() for line in lines[1:] if line} == {
            b"host: some.test:%d" % port,
            b"accept: */*",
            b"accept-encoding: identity",
            b"user-agent: oblivious",
        }

    @pytest.mark.parametrize("path", ["/b.png", "b.png", "//other.test:{port}/b.png"])
    async def test_a_redirect_is_followed(self, path: str) -> None:
        """Three of them, wherever they lead that is open."""

        async def serve(link: Link) -> None:
            head = await link.request()
            if b"GET /b.png" in head and server.links.index(link) > 2:
                link.send(answer(PNG))
            else:
                link.send(moved(path.format(port=server.origin.port)))

        async with raw_upstream(serve) as server:
            assert (await fetched(url_of(server, host="some.test"), resolve=here)).data == PNG

    async def test_the_next_address_is_tried_when_one_does_not_answer(self) -> None:
        """As a browser does."""

        async def two(_host: str, _port: int) -> list[str]:
            return ["::1", "127.0.0.1"]

        async with raw_upstream(always(answer(PNG))) as server:
            url = url_of(server, host="some.test")
            found = await fetched(url, resolve=two, allowed=[HERE, ip_network("::1/128")])

        assert found.data == PNG


CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
PIECES = (b"3e8\r\n", b"." * 1_000, b"\r\n1\r\n.\r\n0\r\n\r\n")


class TestWhatIsGivenUp:
    @pytest.mark.parametrize("said", [answer(b"." * 1_001), CHUNKED + b"".join(PIECES)], ids=["told", "met"])
    async def test_what_is_too_large(self, said: bytes) -> None:
        """Whether the server says so or not; what is just small enough passes."""
        async with raw_upstream(always(said)) as server:
            with pytest.raises(TooLarge, match="more than 1000 bytes"):
                await fetched(url_of(server))
            with pytest.raises(TooLarge, match="together"):
                await fetched(url_of(server), max_bytes=5_000, left=1_000)
            await fetched(url_of(server), max_bytes=2_000)

    async def test_what_lets_us_wait(self) -> None:
        """Before the head, or within the body."""

        async def serve(link: Link) -> None:
            await link.request()
            link.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n.")
            await link.gone()

        async with raw_upstream(serve) as server, raw_upstream(lambda link: link.gone()) as silent:
            for one in (server, silent):
                with pytest.raises(TooSlow, match=r"0\.3 seconds"):
                    await fetched(url_of(one), seconds=0.3)

    async def test_a_name_that_is_never_found(self) -> None:
        """Looking it up counts."""

        async def lost(_host: str, _port: int) -> Sequence[str]:
            await asyncio.Event().wait()
            return ()

        with pytest.raises(TooSlow):
            await fetched("http://lost.test/", resolve=lost, seconds=0.05)

    @pytest.mark.parametrize(
        ("said", "fault"),
        [
            pytest.param(answer(b"no", status=b"404 Not Found"), NotServed, id="an error"),
            pytest.param(answer(b"", status=b"204 No Content"), NotServed, id="no content"),
            pytest.param(answer(b""), NotServed, id="an empty body"),
            pytest.param(answer(b"x", status=b"302 Found"), NotServed, id="a redirect to nowhere"),
            pytest.param(answer(b"x", b"content-encoding: gzip"), NotServed, id="packed"),
            pytest.param(b"SSH-2.0-OpenSSH\r\n", Unreachable, id="another protocol"),
            pytest.param(b"", Unreachable, id="nothing"),
            pytest.param(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", Unreachable, id="half a body"),
        ],
    )
    async def test_what_is_no_answer(self, said: bytes, fault: type[FetchFault]) -> None:
        """The words are for the client, and name no address."""
        async with raw_upstream(always(said, times=1)) as server:
            with pytest.raises(fault) as caught:
                await fetched(url_of(server))

        assert "127.0.0.1" not in str(caught.value)

    async def test_a_port_where_nobody_listens(self) -> None:
        """Nor does that name its address."""
        async with raw_upstream(always(b"")) as server:
            pass
        with pytest.raises(Unreachable, match=r"^its host cannot be reached$"):
            await fetched(url_of(server))

    async def test_a_cancelled_fetch_closes_its_connection(self) -> None:
        """The client has left."""
        left = asyncio.Event()

        async def serve(link: Link) -> None:
            await link.request()
            arrived.set()
            await link.gone()
            left.set()

        arrived = asyncio.Event()
        async with raw_upstream(serve) as server:
            fetching = asyncio.create_task(fetched(url_of(server)))
            await arrived.wait()
            fetching.cancel()
            await asyncio.wait_for(left.wait(), 5)
        with pytest.raises(asyncio.CancelledError):
            await fetching
