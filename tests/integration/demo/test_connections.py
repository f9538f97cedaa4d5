"""What the demo does with connections, as raw bytes show it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from oblivious.demo import DemoOptions, DemoUpstream
from oblivious.demo.served import read_served

BODY = b'{"model":"demo@length-3","messages":[{"role":"user","content":"hello"}]}'
END = b"\r\n0\r\n\r\n"
Talk = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def post(body: bytes = BODY, *, version: bytes = b"HTTP/1.1", more: bytes = b"") -> bytes:
    head = b"POST /v1/chat/completions %b\r\nhost: demo\r\n%bcontent-length: %d\r\n\r\n"
    return head % (version, more, len(body)) + body


def streaming(model: bytes) -> bytes:
    return post(b'{"model":"%b","stream":true,"messages":[{"role":"user","content":"hello"}]}' % model)


@asynccontextmanager
async def connected(upstream: DemoUpstream) -> AsyncIterator[Talk]:
    reader, writer = await asyncio.open_connection("127.0.0.1", upstream.port)
    try:
        async with asyncio.timeout(10):
            yield reader, writer
    finally:
        writer.close()


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    (length,) = (line.split(b":")[1] for line in head.split(b"\r\n") if line.startswith(b"content-length"))
    return head + await reader.readexactly(int(length))


class TestKeptAlive:
    """One connection carries many requests."""

    async def test_in_turn_and_pipelined(self, upstream: DemoUpstream) -> None:
        """Three requests on one connection get three answers, also if two of them come at once."""
        async with connected(upstream) as (reader, writer):
            answers: list[bytes] = []
            for count, sent in ((1, post()), (2, post() + post())):
                writer.write(sent)
                answers += [await read_answer(reader) for _ in range(count)]

        assert [answer[:15] for answer in answers] == [b"HTTP/1.1 200 OK"] * 3

    async def test_after_a_stream(self, upstream: DemoUpstream) -> None:
        """A stream ends with its last chunk, and the connection goes on."""
        async with connected(upstream) as (reader, writer):
            writer.write(streaming(b"demo@pace-1") + post())
            stream = await reader.readuntil(END)
            answer = await read_answer(reader)

        assert b"[DONE]" in stream
        assert answer.startswith(b"HTTP/1.1 200 OK")

    async def test_an_error_does_not_end_it(self, upstream: DemoUpstream) -> None:
        """A refused request leaves the connection in order."""
        async with connected(upstream) as (reader, writer):
            writer.write(post(b"{}") + post())
            refused, answer = await read_answer(reader), await read_answer(reader)

        assert refused.startswith(b"HTTP/1.1 400 ")
        assert answer.startswith(b"HTTP/1.1 200 OK")

    @pytest.mark.parametrize(
        "sent",
        [post(more=b"connection: close\r\n"), post(version=b"HTTP/1.0"), b"hello\r\n\r\n"],
        ids=["asked to close", "HTTP/1.0", "no HTTP"],
    )
    async def test_closed(self, upstream: DemoUpstream, sent: bytes) -> None:
        """Who asks for it, or speaks no HTTP/1.1, is answered and let go."""
        async with connected(upstream) as (reader, writer):
            writer.write(sent)
            answer = await reader.read()

        assert b"connection: close" in answer

    async def test_http_1_0_stream(self, upstream: DemoUpstream) -> None:
        """A client that reads no chunks gets a stream that ends with the connection."""
        async with connected(upstream) as (reader, writer):
            writer.write(streaming(b"demo").replace(b"HTTP/1.1", b"HTTP/1.0"))
            answer = await reader.read()

        assert b"transfer-encoding" not in answer
        assert answer.endswith(b"data: [DONE]\n\n")

    async def test_continue(self, upstream: DemoUpstream) -> None:
        """A client that waits for permission to send its body gets it."""
        head, _, body = post(more=b"expect: 100-continue\r\n").partition(b"\r\n\r\n")
        async with connected(upstream) as (reader, writer):
            writer.write(head + b"\r\n\r\n")
            interim = await reader.readuntil(b"\r\n\r\n")
            writer.write(body)
            answer = await read_answer(reader)

        assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert answer.startswith(b"HTTP/1.1 200 OK")

    async def test_head(self, upstream: DemoUpstream) -> None:
        """HEAD tells the length of a body and sends none."""
        async with connected(upstream) as (reader, writer):
            writer.write(b"HEAD / HTTP/1.1\r\nhost: demo\r\nconnection: close\r\n\r\n")
            answer = await reader.read()

        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert answer.endswith(b"\r\n\r\n")

    async def test_head_and_first_event_come_together(self, upstream: DemoUpstream) -> None:
        """No client is woken for a head alone."""
        async with connected(upstream) as (reader, writer):
            writer.write(streaming(b"demo@pace-50"))
            first = await reader.read(65_536)

        assert b'"role":"assistant"' in first


class TestTheLog:
    """The log has what a client saw, whoever ends it."""

    async def test_a_whole_answer_is_logged_before_it_is_seen(
        self, upstream: DemoUpstream, tmp_path: Path
    ) -> None:
        """Who has the last byte finds the line, with the attempt's id and the end of its key."""
        more = b"x-request-id: attempt-1\r\nauthorization: Bearer sk-secret-1234\r\n"
        async with connected(upstream) as (reader, writer):
            writer.write(post(more=more))
            await read_answer(reader)
            (served,) = read_served(tmp_path / "served.jsonl")

        assert (served.attempt_id, served.key, served.ended) == ("attempt-1", "1234", "completed")
        assert (served.method, served.path, served.dialect) == ("POST", "/v1/chat/completions", "openai_chat")
        assert (served.model, served.stream, served.status) == ("demo@length-3", False, 200)
        assert upstream.served == [served]

    async def test_a_client_that_goes(self, upstream: DemoUpstream) -> None:
        """What was sent until the client went is counted, the usage it was not told is not `given`."""
        async with connected(upstream) as (reader, writer):
            writer.write(streaming(b"demo@pace-20@length-1000"))
            await reader.readuntil(b"This")
        async with asyncio.timeout(5):
            (served,) = await upstream.wait_served(1)

        assert (served.ended, served.usage_given) == ("client_gone", False)
        assert 1 <= served.output_events < 1000

    async def test_a_slow_client_is_waited_for(self, upstream: DemoUpstream) -> None:
        """A long stream to a client that does not read stops on the way, and goes on when it does."""
        async with connected(upstream) as (reader, writer):
            writer.write(streaming(b"demo@length-100000"))
            head = await reader.readuntil(b"\r\n\r\n")
            assert upstream.served == []
            await reader_drained(reader)
            (served,) = await upstream.wait_served(1)

        assert head.startswith(b"HTTP/1.1 200 OK")
        assert (served.output_events, served.ended) == (100_000, "completed")

    async def test_a_stop_is_no_fault_of_the_client(self, tmp_path: Path) -> None:
        """What the server's own stop cut short is told apart; a server may be started again."""
        upstream = DemoUpstream(DemoOptions(log=tmp_path / "served.jsonl"))
        await upstream.start()
        async with connected(upstream) as (reader, writer):
            writer.write(streaming(b"demo@pace-20@length-1000"))
            await reader.readuntil(b"This")
            await upstream.stop()
        await upstream.start(port=upstream.port)
        async with httpx.AsyncClient() as client:
            await client.get(f"{upstream.url}/")
        await upstream.stop()

        assert [one.ended for one in read_served(tmp_path / "served.jsonl")] == ["stopped", "completed"]

    def test_an_unfinished_line_is_left_out(self, tmp_path: Path) -> None:
        """A reader may come while a line is being written."""
        log = tmp_path / "served.jsonl"
        log.write_bytes(b'{"attempt_id":"a","at":1,"method":"GET","path":"/"}\n{"attempt_id":"b"')

        assert [served.attempt_id for served in read_served(log)] == ["a"]


async def reader_drained(reader: asyncio.StreamReader) -> None:
    seen = b""
    while not seen.endswith(END):
        seen = seen[-8:] + await reader.read(1 << 20)


async def test_an_address_in_use(upstream: DemoUpstream) -> None:
    """Two servers can't listen on one port."""
    with pytest.raises(OSError, match="address already in use"):
        await DemoUpstream().start(port=upstream.port)


async def test_a_log_that_cannot_be_opened(tmp_path: Path) -> None:
    """Without its log the server does not start, and leaves no socket behind."""
    upstream = DemoUpstream(DemoOptions(log=tmp_path / "no folder" / "served.jsonl"))

    with pytest.raises(FileNotFoundError):
        await upstream.start()
