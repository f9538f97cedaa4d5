import asyncio
import socket

import pytest

from oblivious.infra.upstream import (
    Client,
    ConnectTimedOut,
    Deadlines,
    FirstByteTimedOut,
    IdleTimedOut,
    Origin,
    TotalTimedOut,
    UpstreamFault,
)
from tests.fakes.raw_upstream import Link, answer, raw_upstream
from tests.integration.upstream.asking import ask

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SLACK_SECONDS = 0.35


class Silent:
    """An upstream that says something and then nothing, and notes that it was left."""

    def __init__(self, pieces: tuple[bytes, ...]) -> None:
        self._pieces = pieces
        self.left = asyncio.Event()

    async def __call__(self, link: Link) -> None:
        """Serve one connection."""
        await link.request()
        for piece in self._pieces:
            await link.push(piece)
        await link.gone()
        self.left.set()


class TestDeadlines:
    @pytest.mark.parametrize(
        ("pieces", "deadlines", "fault", "came"),
        [
            pytest.param((), Deadlines(first_byte_ms=50), FirstByteTimedOut, False, id="first byte"),
            pytest.param(
                (b"HTTP/1.1 100 Continue\r\n\r\n",),
                Deadlines(first_byte_ms=50, idle_ms=20),
                FirstByteTimedOut,
                True,
                id="first byte after an interim response",
            ),
            pytest.param((b"HTTP/1.1 2",), Deadlines(idle_ms=50), IdleTimedOut, True, id="idle in the head"),
            pytest.param((CHUNKED,), Deadlines(idle_ms=50), IdleTimedOut, True, id="idle in the body"),
            pytest.param((), Deadlines(total_ms=50), TotalTimedOut, False, id="total before the head"),
            pytest.param((CHUNKED,), Deadlines(total_ms=50), TotalTimedOut, True, id="total in the body"),
        ],
    )
    async def test_a_silent_upstream_is_left_in_time(
        self,
        client: Client,
        pieces: tuple[bytes, ...],
        deadlines: Deadlines,
        fault: type[UpstreamFault],
        came: bool,  # noqa: FBT001 - a column of the table
    ) -> None:
        """Within a sweep of the deadline, and the connection is closed."""
        serve = Silent(pieces)
        async with raw_upstream(serve) as upstream:
            started = asyncio.get_running_loop().time()
            with pytest.raises(fault) as raised:
                await (await ask(client, upstream.origin, deadlines=deadlines)).read()

            assert 0.05 <= asyncio.get_running_loop().time() - started < 0.05 + SLACK_SECONDS
            assert raised.value.bytes_received is came
            await asyncio.wait_for(serve.left.wait(), 5)

    @pytest.mark.parametrize(
        ("heard", "fault"),
        [
            pytest.param(False, FirstByteTimedOut, id="comments only"),
            pytest.param(True, IdleTimedOut, id="words"),
        ],
    )
    async def test_a_head_alone_is_no_first_byte_where_a_word_is_awaited(
        self,
        client: Client,
        heard: bool,  # noqa: FBT001 - a column of the table
        fault: type[UpstreamFault],
    ) -> None:
        """What comes may say nothing; the reader knows."""
        serve = Silent((CHUNKED, b"6\r\n: hm\n\n\r\n"))
        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin, deadlines=Deadlines(first_byte_ms=50, idle_ms=250))
            response.await_word()
            await response.read()
            if heard:
                response.heard()

            with pytest.raises(fault):
                await response.read()

            await asyncio.wait_for(serve.left.wait(), 5)

    async def test_a_slow_stream_is_not_idle(self, client: Client) -> None:
        """Every read from the socket starts the idle deadline again."""

        async def serve(link: Link) -> None:
            await link.request()
            link.send(CHUNKED)
            for _ in range(8):
                await asyncio.sleep(0.05)  # the pace is what is tested
                link.send(b"1\r\na\r\n")
            link.send(b"0\r\n\r\n")
            await link.gone()

        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin, deadlines=Deadlines(idle_ms=250))
            assert await response.read_all(8) == b"a" * 8

    async def test_a_slow_reader_is_not_an_idle_upstream(self, client: Client) -> None:
        """While we have paused reading, nobody can tell whether the upstream sends."""

        async def serve(link: Link) -> None:
            await link.request()
            await link.push(answer(bytes(20_000_000)))
            await link.gone()

        async with raw_upstream(serve) as upstream:
            response = await ask(client, upstream.origin, deadlines=Deadlines(idle_ms=100))
            await asyncio.sleep(0.4)  # longer than the deadline and two sweeps
            assert len(await response.read_all(20_000_000)) == 20_000_000

    async def test_a_connection_that_is_never_accepted_times_out(self, client: Client) -> None:
        """A listener whose queue is full lets the handshake hang."""
        with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            for waiting in (first, second):
                waiting.setblocking(False)
                waiting.connect_ex(listener.getsockname())
            origin = Origin("http", "127.0.0.1", listener.getsockname()[1])

            with pytest.raises(ConnectTimedOut):
                await ask(client, origin, deadlines=Deadlines(connect_ms=100))

    async def test_a_resolver_that_hangs_times_out(self) -> None:
        """Looking up the name is part of connecting."""

        async def never(host: str, port: int) -> list[str]:
            await asyncio.Event().wait()
            return []

        client = Client(resolve=never)
        with pytest.raises(ConnectTimedOut):
            await ask(client, Origin("http", "slow.invalid", 80), deadlines=Deadlines(connect_ms=50))
        await client.close()
