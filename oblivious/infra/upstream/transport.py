"""A channel's own connections for whoever asks with httpx: off the road, and nothing is kept of them."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager

import httpx
from typing_extensions import override

from oblivious.infra.upstream.client import Client
from oblivious.infra.upstream.errors import (
    BrokeOff,
    ConnectTimedOut,
    DeadlinePassed,
    NoConnection,
    UpstreamFault,
)
from oblivious.infra.upstream.limits import Deadlines
from oblivious.infra.upstream.link import Link
from oblivious.infra.upstream.origin import Origin
from oblivious.infra.upstream.response import Response

_FAULTS: tuple[tuple[type[UpstreamFault], type[httpx.TransportError]], ...] = (
    (ConnectTimedOut, httpx.ConnectTimeout),
    (NoConnection, httpx.ConnectError),
    (DeadlinePassed, httpx.ReadTimeout),
    (BrokeOff, httpx.ReadError),
    (UpstreamFault, httpx.RemoteProtocolError),
)
"""What httpx calls each fault; the first that fits counts."""

_TIMEOUTS = {"connect_ms": "connect", "first_byte_ms": "read", "idle_ms": "read"}
"""Which timeout of httpx is which deadline of ours."""

_OF_THE_CODING = frozenset({b"content-encoding", b"content-length"})
_UNSENDABLE = re.compile(rb"[\r\n\0]")


@asynccontextmanager
async def httpx_over(link: Link) -> AsyncGenerator[httpx.AsyncClient]:
    """Give a client whose connections are all made as a link says, and closed with the block."""
    # In a thread: the system's authorities take a hundredth of a second to read.
    client = await asyncio.to_thread(Client)
    async with httpx.AsyncClient(transport=_Transport(client, link), trust_env=False) as asking:
        yield asking


class _Transport(httpx.AsyncBaseTransport):
    """Sends what httpx is asked for; bodies come decoded."""

    def __init__(self, client: Client, link: Link) -> None:
        self._client = client
        self._link = link

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        head, body, origin = _head(request), await request.aread(), self._origin(request.url)
        with _as_httpx_has_it():
            response = await self._client.send(origin, head, body, deadlines=_deadlines(request))
        return httpx.Response(response.status, headers=_headers(response), stream=_Body(response))

    @override
    async def aclose(self) -> None:
        await self._client.close()

    def _origin(self, url: httpx.URL) -> Origin:
        try:
            return Origin.of(str(url), self._link)
        except ValueError:
            raise httpx.UnsupportedProtocol("not an http or https URL with a host") from None


class _Body(httpx.AsyncByteStream):
    """The body of a response, as it comes."""

    def __init__(self, response: Response) -> None:
        self._response = response

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx_has_it():
            while data := await self._response.read():
                yield data

    @override
    async def aclose(self) -> None:
        self._response.close()


@contextmanager
def _as_httpx_has_it() -> Generator[None]:
    try:
        yield
    except UpstreamFault as fault:
        kind = next(told for ours, told in _FAULTS if isinstance(fault, ours))
        raise kind(str(fault)) from fault


def _head(request: httpx.Request) -> bytes:
    first = b"%b %b HTTP/1.1" % (request.method.encode(), request.url.raw_path)
    lines = [first, *(b"%b: %b" % field for field in request.headers.raw)]
    if any(_UNSENDABLE.search(line) for line in lines):
        raise httpx.LocalProtocolError("a header has characters that none may have")
    return b"\r\n".join([*lines, b"", b""])


def _deadlines(request: httpx.Request) -> Deadlines:
    """Return the timeouts of a request as deadlines; what has none is as usual."""
    seconds: dict[str, float | None] = request.extensions.get("timeout", {})
    asked = {ours: seconds.get(theirs) for ours, theirs in _TIMEOUTS.items()}
    return Deadlines(**{name: int(each * 1000) for name, each in asked.items() if each is not None})


def _headers(response: Response) -> list[tuple[bytes, bytes]]:
    """Return the headers that are still true of the body."""
    gone = _OF_THE_CODING if response.decoded else ()
    return [field for field in response.headers if field[0] not in gone]
