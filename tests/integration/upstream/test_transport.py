"""httpx over connections of ours."""

import asyncio
import gzip

import httpx
import pytest

from oblivious.infra.upstream import DIRECT
from oblivious.infra.upstream.transport import httpx_over
from tests.fakes.raw_upstream import Link, always, answer, raw_upstream
from tests.fakes.waiting import PATIENCE_SECONDS

TEXT = b"a text that is long enough " * 100


class TestAnswers:
    async def test_what_is_asked_and_answered_is_as_httpx_has_it(self) -> None:
        """The path and query, headers and a body; and one connection serves again."""
        asked: list[bytes] = []

        async def serve(link: Link) -> None:
            while request := await link.request():
                asked.append(request)
                await link.push(answer(b"so", b"x-mood: good", status=b"201 Made"))

        async with raw_upstream(serve) as upstream, httpx_over(DIRECT) as client:
            for _ in range(2):
                url = f"{upstream.origin}/a%20b?c=d"
                told = await client.post(url, content=b"what?", headers={"x-who": "me"})
                assert (told.status_code, told.headers["x-mood"], told.text) == (201, "good", "so")

        assert len(upstream.links) == 1
        head, _, body = asked[0].partition(b"\r\n\r\n")
        first, *fields = head.lower().split(b"\r\n")
        assert (first, body) == (b"post /a%20b?c=d http/1.1", b"what?")
        assert {b"x-who: me", b"host: %b" % str(upstream.origin)[7:].encode()} <= set(fields)

    @pytest.mark.parametrize("packed", [True, False])
    async def test_bodies_come_unpacked(self, *, packed: bool) -> None:
        """And nothing says any more that they were packed."""
        says = answer(gzip.compress(TEXT), b"content-encoding: gzip") if packed else answer(TEXT)
        async with raw_upstream(always(says)) as upstream, httpx_over(DIRECT) as client:
            told = await client.get(str(upstream.origin), timeout=None)

        assert told.content == TEXT
        assert "content-encoding" not in told.headers
        assert ("content-length" in told.headers) is not packed

    async def test_a_body_that_is_not_read_holds_nothing(self) -> None:
        """Its connection is closed with the response."""
        gone = asyncio.Event()

        async def serve(link: Link) -> None:
            await link.request()
            link.send(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx")
            await link.gone()
            gone.set()

        async with raw_upstream(serve) as upstream, httpx_over(DIRECT) as client:
            async with client.stream("GET", str(upstream.origin)) as told:
                assert told.status_code == 200
            async with asyncio.timeout(PATIENCE_SECONDS):
                await gone.wait()


class TestFaults:
    @pytest.mark.parametrize(
        ("says", "error"),
        [
            pytest.param(None, httpx.ReadTimeout, id="nothing in time"),
            pytest.param(b"HTTP/1.1 200 OK\r\n", httpx.ReadError, id="half a head"),
            pytest.param(answer(b"so")[:-1], httpx.ReadError, id="half a body"),
            pytest.param(b"SSH-2.0-OpenSSH_9.9\r\n", httpx.RemoteProtocolError, id="another protocol"),
            pytest.param(
                answer(b"so", b"content-encoding: rot13"), httpx.RemoteProtocolError, id="a strange coding"
            ),
            pytest.param(
                answer(b"so", b"content-encoding: gzip"), httpx.RemoteProtocolError, id="a false coding"
            ),
        ],
    )
    async def test_an_answer_that_fails_has_a_name_of_theirs(
        self, says: bytes | None, error: type[httpx.TransportError]
    ) -> None:
        """Whether the head or the body fails."""

        async def serve(link: Link) -> None:
            await link.request()
            if says is None:
                await link.gone()
            else:
                await link.push(says)
                await link.close()

        async with raw_upstream(serve) as upstream, httpx_over(DIRECT) as client:
            with pytest.raises(error) as failure:
                await client.get(str(upstream.origin), timeout=httpx.Timeout(5, read=0.2))

        assert failure.value.request.url.port == upstream.origin.port

    async def test_nobody_there_is_a_failed_connection(self, unused_tcp_port: int) -> None:
        """As is whatever else leads to none."""
        async with httpx_over(DIRECT) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(f"http://127.0.0.1:{unused_tcp_port}")

    async def test_a_connection_has_its_time(self) -> None:
        """The handshake is a part of it."""
        async with raw_upstream(Link.gone) as silent, httpx_over(DIRECT) as client:
            url = f"https://127.0.0.1:{silent.origin.port}"
            with pytest.raises(httpx.ConnectTimeout):
                await client.get(url, timeout=httpx.Timeout(5, connect=0.2))

    @pytest.mark.parametrize(
        ("url", "value", "error"),
        [
            pytest.param("ftp://127.0.0.1/", "x", httpx.UnsupportedProtocol, id="another scheme"),
            pytest.param("http://127.0.0.1/", "x\r\ny: z", httpx.LocalProtocolError, id="a second header"),
        ],
    )
    async def test_what_cannot_be_asked_is_not(
        self, url: str, value: str, error: type[httpx.TransportError]
    ) -> None:
        """No connection is opened for it, and the value is told nowhere."""
        async with httpx_over(DIRECT) as client:
            with pytest.raises(error) as failure:
                await client.get(url, headers={"x-key": value})

        assert value not in str(failure.value)
