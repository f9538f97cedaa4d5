"""What the road's upstream client costs, in microseconds of its own CPU, beside a bare socket and httpx.

`json` is one exchange of about 700 bytes each way, `stream` one of 66 chunks that come one by one. `bare`
writes the request, wakes its task at every read and counts the bytes: what no client can do without. The
server is another process.

    python bench/upstream_client.py [--loop asyncio] [--seconds 1.5] [--at-once 64]
"""

import argparse
import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection as Pipe
from typing import cast

import httpx
import uvloop

from oblivious.infra.upstream import Client, Deadlines, Limits, Origin

JSON_BODY = b'{"id":"chatcmpl-1","choices":[{"message":{"content":"' + b"x" * 600 + b'"}}]}'
FIELDS = b"content-type: %s\r\nserver: bench\r\ndate: Sat, 21 Nov 2026 00:00:00 GMT\r\nx-request-id: 1\r\n"
JSON_HEAD = b"HTTP/1.1 200 OK\r\n" + FIELDS % b"application/json"
JSON_ANSWER = JSON_HEAD + b"content-length: %d\r\n\r\n" % len(JSON_BODY) + JSON_BODY
EVENT = b'data: {"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":"hello"}}]}\n\n'
CHUNK = b"%x\r\n" % len(EVENT) + EVENT + b"\r\n"
EVENTS = 66
LAST_CHUNK = b"0\r\n\r\n"
STREAM_HEAD = b"HTTP/1.1 200 OK\r\n" + FIELDS % b"text/event-stream" + b"transfer-encoding: chunked\r\n\r\n"
STREAM_BYTES = len(STREAM_HEAD) + EVENTS * len(CHUNK) + len(LAST_CHUNK)
REQUEST_BODY = b'{"model":"m","messages":[{"role":"user","content":"' + b"y" * 600 + b'"}]}'
REQUEST_HEAD = (
    b"POST /%s HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
)
HEADS = {kind: REQUEST_HEAD % (kind.encode(), len(REQUEST_BODY)) for kind in ("json", "stream")}
ANSWER_BYTES = {"json": len(JSON_ANSWER), "stream": STREAM_BYTES}

Exchange = Callable[[str], Awaitable[object]]


class Answering(asyncio.Protocol):
    """The server's side: the path says what to answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer what the head asks for; httpx sends the body apart, and it may come with the next head."""
        if b"POST /json" in data:
            self._transport.write(JSON_ANSWER)
        elif b"POST /stream" in data:
            self._transport.write(STREAM_HEAD)
            self._send(EVENTS)

    def _send(self, left: int) -> None:
        self._transport.write(CHUNK if left else LAST_CHUNK)
        if left:
            asyncio.get_running_loop().call_later(0.001, self._send, left - 1)


def serve(port_to: Pipe) -> None:
    """Serve on a free port, which is sent to `port_to`, until this process is ended."""

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
        port_to.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(main())


class Bare(asyncio.Protocol):
    """The least that a client whose reads are awaited does: write, wake the task at every read, count."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        """Wake the task."""
        self._left -= len(data)
        if not self._woken.done():
            self._woken.set_result(None)

    async def exchange(self, kind: str) -> None:
        """Send a request and return when the whole answer has come."""
        self._left = ANSWER_BYTES[kind]
        self._transport.write(HEADS[kind] + REQUEST_BODY)
        while self._left:
            self._woken = self._loop.create_future()
            await self._woken


async def measure(kind: str, exchanges: list[Exchange], seconds: float) -> float:
    """Return microseconds of CPU for one exchange, with every one of `exchanges` in a loop of its own."""
    count = 0

    async def again(exchange: Exchange, until: float) -> None:
        nonlocal count
        while time.perf_counter() < until:
            await exchange(kind)
            count += 1

    await asyncio.gather(*(again(exchange, time.perf_counter() + seconds / 5) for exchange in exchanges))
    count, before = 0, time.process_time()
    await asyncio.gather(*(again(exchange, time.perf_counter() + seconds) for exchange in exchanges))
    return (time.process_time() - before) / count * 1e6


async def bare(port: int, at_once: int, kind: str, seconds: float) -> float:
    """Measure bare sockets."""
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(Bare, "127.0.0.1", port) for _ in range(at_once)]
    try:
        return await measure(kind, [protocol.exchange for _, protocol in opened], seconds)
    finally:
        for transport, _ in opened:
            transport.abort()


async def ours(port: int, at_once: int, kind: str, seconds: float) -> float:
    """Measure the road's client."""
    client = Client(limits=Limits(idle_per_origin=1024))
    origin, deadlines = Origin("http", "127.0.0.1", port), Deadlines()

    async def exchange(kind: str) -> None:
        response = await client.send(origin, HEADS[kind], REQUEST_BODY, deadlines=deadlines)
        while await response.read():
            pass

    try:
        return await measure(kind, [exchange] * at_once, seconds)
    finally:
        await client.close()


async def with_httpx(port: int, at_once: int, kind: str, seconds: float) -> float:
    """Measure httpx."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=60) as client:

        async def exchange(kind: str) -> None:
            async with client.stream(
                "POST", f"http://127.0.0.1:{port}/{kind}", content=REQUEST_BODY
            ) as response:
                async for _ in response.aiter_bytes():
                    pass

        return await measure(kind, [exchange] * at_once, seconds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loop", choices=["uvloop", "asyncio"], default="uvloop")
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--at-once", type=int, default=64)
    asked = parser.parse_args()
    run = uvloop.run if asked.loop == "uvloop" else asyncio.run
    from_server, to_us = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=serve, args=(to_us,), daemon=True)
    server.start()
    port = from_server.recv()
    print(f"{asked.loop}, {asked.at_once} at once, CPU us an exchange (and a chunk, over bare)")
    for kind in ("json", "stream"):
        floor = 0.0
        for client in (bare, ours, with_httpx):
            micros = run(client(port, asked.at_once, kind, asked.seconds))
            floor = floor or micros
            chunk = f"{(micros - floor) / EVENTS:8.2f} a chunk" if kind == "stream" else ""
            print(f"{kind:7}{client.__name__:11}{micros:9.1f}{micros - floor:9.1f} over bare {chunk}")
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()
