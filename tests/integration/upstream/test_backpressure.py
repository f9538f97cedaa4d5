import asyncio
from collections.abc import AsyncIterator

import pytest

from oblivious.infra.upstream import Client, Deadlines, Limits, TotalTimedOut
from tests.fakes.raw_upstream import Link, always, answer, raw_upstream
from tests.integration.upstream.asking import ask, fetch, post

ONE_READ_BYTES = 256 * 1024
PIECE = bytes(100_000)


class Pieces:
    """A body in pieces, which counts how far it was read and how often it was started."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.read = self.started = self.closed = 0

    async def chunks(self) -> AsyncIterator[bytes]:
        """Start again."""
        self.started += 1
        try:
            for piece in self.pieces:
                self.read += 1
                yield piece
        finally:
            self.closed += 1


class TestReading:
    async def test_a_slow_reader_stops_the_upstream(self) -> None:
        """Of 50 MB never more is here than the buffer and one read."""
        total, cap = 50_000_000, 64 * 1024
        client = Client(limits=Limits(buffer_bytes=cap))

        async def serve(link: Link) -> None:
            await link.request()
            await link.push(answer(bytes(total)))
            await link.gone()

        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin)
            sizes = []
            while data := await response.read():
                sizes.append(len(data))
                for _ in range(3):  # a reader that does other things meanwhile
                    await asyncio.sleep(0)
            assert sum(sizes) == total
            assert max(sizes) <= cap + ONE_READ_BYTES
        await client.close()


class TestWriting:
    async def test_a_spooled_body_goes_up_in_pieces(self, client: Client) -> None:
        """The first one together with the head."""
        bodies: list[bytes] = []

        async def serve(link: Link) -> None:
            while request := await link.request():
                bodies.append(request.partition(b"\r\n\r\n")[2])
                link.send(answer(b"ok"))

        async with raw_upstream(serve) as upstream:
            spool = Pieces(b"abc", b"def", b"gh")
            assert await fetch(client, upstream.origin, post(b"abcdefgh"), spool) == b"ok"
            assert await fetch(client, upstream.origin, post(b""), Pieces()) == b"ok"
            assert (bodies, spool.started, spool.closed) == ([b"abcdefgh", b""], 1, 1)
            assert len(upstream.links) == 1

    async def test_a_slow_upstream_stops_the_spool(self, client: Client) -> None:
        """It is read no further than the socket takes it."""
        spool, look = Pieces(*[PIECE] * 500), asyncio.Event()

        async def serve(link: Link) -> None:
            await look.wait()
            await link.request()
            link.send(answer(b"ok"))
            await link.gone()

        async with raw_upstream(serve) as upstream:
            sending = asyncio.create_task(fetch(client, upstream.origin, post(PIECE * 500), spool))
            read = -1
            while read != spool.read:
                read = spool.read
                await asyncio.sleep(0.05)  # as long as it grows
            assert 0 < read < 250
            look.set()

            assert await sending == b"ok"
            assert spool.read == 500

    async def test_an_early_answer_ends_the_upload(self, client: Client) -> None:
        """It is read, the rest is not sent, and the connection is not used again."""
        spool = Pieces(*[PIECE] * 500)

        async def serve(link: Link) -> None:
            await link.some()
            await link.push(answer(b"too large", status=b"413 Too Large"))
            await asyncio.Event().wait()

        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin, post(PIECE * 500), spool)
            assert (response.status, await response.read_all(20)) == (413, b"too large")
            assert spool.read < 500
            assert spool.closed == 1

    async def test_a_spool_is_read_again_for_a_stale_connection(self, client: Client) -> None:
        """From its first byte."""
        spool = Pieces(b"abc", b"def")

        async def serve(link: Link) -> None:
            while await link.request():
                link.send(answer(b"ok"))
                if link.number == 1:
                    await link.request()
                    await link.close()
                    return

        async with raw_upstream(serve) as upstream:
            await fetch(client, upstream.origin)
            assert await fetch(client, upstream.origin, post(b"abcdef"), spool) == b"ok"
            assert (spool.started, spool.closed) == (2, 2)

    async def test_a_spool_that_fails_takes_the_request_with_it(self, client: Client) -> None:
        """Half a request is of no use to anybody: the upstream sees its connection close."""
        gone = asyncio.Event()

        class Failing:
            async def chunks(self) -> AsyncIterator[bytes]:
                yield b"abc"
                raise OSError("disk")

        async def serve(link: Link) -> None:
            await link.gone()
            gone.set()

        async with raw_upstream(serve) as upstream:
            with pytest.raises(OSError, match="disk"):
                await ask(client, upstream.origin, post(b"abcdef"), Failing())
            await asyncio.wait_for(gone.wait(), 5)

    async def test_deadlines_pass_while_the_upstream_takes_nothing(self, client: Client) -> None:
        """The sender does not wait for room for ever."""

        async def serve(link: Link) -> None:
            await asyncio.Event().wait()

        async with raw_upstream(serve) as upstream:
            with pytest.raises(TotalTimedOut):
                await ask(
                    client,
                    upstream.origin,
                    post(PIECE * 500),
                    Pieces(*[PIECE] * 500),
                    deadlines=Deadlines(total_ms=100),
                )

    async def test_a_body_of_bytes_may_be_large(self, client: Client) -> None:
        """What the kernel does not take at once is written as it makes room."""
        async with raw_upstream(always(answer(b"ok"))) as upstream:
            assert await fetch(client, upstream.origin, post(PIECE * 100), PIECE * 100) == b"ok"
