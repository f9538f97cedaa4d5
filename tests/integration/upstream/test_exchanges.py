import asyncio
import gzip

import pytest

from oblivious.infra.upstream import BodyTooLarge, BrokeOff, Client, ConnectFailed, Garbage, Origin
from tests.fakes.raw_upstream import Link, always, answer, raw_upstream
from tests.integration.upstream.asking import GET, ask, fetch, post

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


class TestSend:
    async def test_head_and_body_go_up_as_they_are(self, client: Client) -> None:
        """Byte for byte, in one request."""
        asked: list[bytes] = []

        async def serve(link: Link) -> None:
            asked.append(await link.request())
            link.send(answer(b"yes", b"X-One: 1", status=b"201 Created"))
            await link.gone()

        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin, post(b"hello"), b"hello")

            assert await response.read_all(10) == b"yes"
            assert asked == [post(b"hello") + b"hello"]
            assert (response.status, response.reused, response.decoded) == (201, False, False)
            assert response.headers == [(b"x-one", b"1"), (b"content-length", b"3")]
            assert (response.header(b"x-one"), response.header(b"x-two")) == (b"1", None)

    async def test_a_stream_is_read_as_it_comes(self, client: Client) -> None:
        """Each chunk is there before the next one is sent, and what has piled up comes joined."""
        more = asyncio.Event()

        async def serve(link: Link) -> None:
            await link.request()
            link.send(CHUNKED + b"1\r\na\r\n")
            await more.wait()
            link.send(b"1\r\nb\r\n1\r\nc\r\n0\r\n\r\n")
            await link.gone()

        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin)
            assert await response.read() == b"a"
            more.set()
            assert [await response.read(), await response.read(), await response.read()] == [b"bc", b"", b""]

    async def test_a_body_may_last_until_the_connection_closes(self, client: Client) -> None:
        """As old servers do it; the connection is not kept."""
        async with raw_upstream(always(b"HTTP/1.1 200 OK\r\n\r\nabc", times=1)) as upstream:
            assert await fetch(client, upstream.origin) == b"abc"
            assert await fetch(client, upstream.origin) == b"abc"
            assert len(upstream.links) == 2

    async def test_a_head_request_gets_no_body(self, client: Client) -> None:
        """Although its answer names a length."""
        async with raw_upstream(always(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")) as upstream:
            assert await fetch(client, upstream.origin, b"HEAD / HTTP/1.1\r\nhost: x\r\n\r\n") == b""

    async def test_gzip_is_undone_on_the_way(self, client: Client) -> None:
        """Also when it comes in pieces, and the response says so."""
        packed = gzip.compress(b"hello " * 1000)

        async def serve(link: Link) -> None:
            await link.request()
            link.send(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
            )
            for byte in packed:
                await link.push(bytes([byte]))
            await link.gone()

        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin)
            assert response.decoded
            assert await response.read_all(6000) == b"hello " * 1000


class TestBrokenResponses:
    @pytest.mark.parametrize(
        ("raw", "fault"),
        [
            pytest.param(b"", BrokeOff, id="nothing"),
            pytest.param(b"HTTP/1.1 200", BrokeOff, id="half a head"),
            pytest.param(b"SSH-2.0\r\n", Garbage, id="another protocol"),
            pytest.param(answer(b"", b"Transfer-Encoding: chunked"), Garbage, id="two framings"),
            pytest.param(answer(b"x", b"Content-Encoding: rot13"), Garbage, id="foreign coding"),
        ],
    )
    async def test_a_broken_head_is_told_by_send(
        self, client: Client, raw: bytes, fault: type[BrokeOff | Garbage]
    ) -> None:
        """With whether anything had come."""
        async with raw_upstream(always(raw, times=1)) as upstream:
            with pytest.raises(fault) as raised:
                await ask(client, upstream.origin)
            assert raised.value.bytes_received is bool(raw)

    @pytest.mark.parametrize(
        ("raw", "before", "fault"),
        [
            pytest.param(answer(b"abcdef")[:-3], b"abc", BrokeOff, id="sized"),
            pytest.param(CHUNKED + b"3\r\nabc\r\n", b"abc", BrokeOff, id="chunked"),
            pytest.param(CHUNKED + b"3\r\nabc\r\nzz\r\n", b"abc", Garbage, id="bad chunk"),
            pytest.param(answer(b"notgzip", b"Content-Encoding: gzip"), b"", Garbage, id="bad gzip"),
            pytest.param(
                answer(gzip.compress(b"abc")[:-2], b"Content-Encoding: gzip"), b"abc", Garbage, id="half gzip"
            ),
        ],
    )
    async def test_a_broken_body_gives_what_came_and_then_the_fault(
        self, client: Client, raw: bytes, before: bytes, fault: type[BrokeOff | Garbage]
    ) -> None:
        """It never ends as if it were whole, however often it is asked."""
        async with raw_upstream(always(raw, times=1)) as upstream:
            response = await ask(client, upstream.origin)
            came = await response.read() if before else b""
            assert came == before
            for _ in range(2):
                with pytest.raises(fault) as raised:
                    await response.read()
                assert raised.value.bytes_received

    async def test_a_body_above_the_limit_is_refused(self, client: Client) -> None:
        """And its connection closed, since the rest is not wanted."""
        closed = asyncio.Event()

        async def serve(link: Link) -> None:
            await link.request()
            link.send(CHUNKED + b"3\r\nabc\r\n")
            await link.gone()
            closed.set()

        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin)
            with pytest.raises(BodyTooLarge):
                await response.read_all(2)
            await asyncio.wait_for(closed.wait(), 5)


class TestNoConnection:
    async def test_a_refused_connection_is_a_fault(self, client: Client) -> None:
        """Nobody listens on the discard port."""
        with pytest.raises(ConnectFailed):
            await ask(client, Origin("http", "127.0.0.1", 9))

    async def test_an_unknown_name_is_a_fault(self) -> None:
        """The resolver's OSError is not shown to the road."""

        async def nobody(host: str, port: int) -> list[str]:
            raise OSError("no such name")

        client = Client(resolve=nobody)
        with pytest.raises(ConnectFailed, match="no such name"):
            await ask(client, Origin("http", "nowhere.invalid", 80))
        await client.close()

    @pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".invalid", ".", "\udcff"])
    async def test_what_is_no_host_name_is_a_fault(self, client: Client, host: str) -> None:
        """However the resolver says so."""
        with pytest.raises(ConnectFailed):
            await ask(client, Origin("http", host, 80))

    async def test_the_next_address_is_tried(self) -> None:
        """A host may have addresses that nobody answers on."""

        async def both(host: str, port: int) -> list[str]:
            return ["127.0.0.9", "127.0.0.1"]

        client = Client(resolve=both)
        async with raw_upstream(always(answer(b"ok"))) as upstream:
            assert await fetch(client, Origin("http", "many.invalid", upstream.origin.port)) == b"ok"
        await client.close()

    async def test_a_closed_client_sends_nothing(self) -> None:
        """Neither to places it knows nor to new ones; what is under way breaks off."""
        client = Client()
        async with raw_upstream(always(CHUNKED + b"1\r\na\r\n")) as upstream:
            response = await ask(client, upstream.origin)
            await client.close()

            assert await response.read() == b"a"
            with pytest.raises(BrokeOff):
                await response.read()
            for origin in (upstream.origin, Origin("http", "other.invalid", 80)):
                with pytest.raises(ConnectFailed):
                    await ask(client, origin)


class TestLeaving:
    @pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
    async def test_closing_an_unfinished_response_closes_its_connection(
        self,
        client: Client,
        twice: bool,  # noqa: FBT001 - a column of the table
    ) -> None:
        """At once, and only once."""
        closed = asyncio.Event()

        async def serve(link: Link) -> None:
            await link.request()
            link.send(CHUNKED)
            await link.gone()
            closed.set()

        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin)
            for _ in range(1 + twice):
                response.close()
            await asyncio.wait_for(closed.wait(), 5)
            with pytest.raises(BrokeOff):
                await response.read()

    async def test_closing_a_finished_response_does_nothing(self, client: Client) -> None:
        """Its connection serves the next request."""
        async with raw_upstream(always(answer(b"ok"))) as upstream:
            response = await ask(client, upstream.origin)
            response.close()
            assert await response.read() == b"ok"
            assert (await ask(client, upstream.origin, GET)).reused
