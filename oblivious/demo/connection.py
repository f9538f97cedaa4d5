"""One connection: requests in, one performance after the other out."""

import asyncio
import socket
from typing import Protocol, cast

from oblivious.demo.performance import Performance
from oblivious.demo.script import Script, Then
from oblivious.demo.served import Ending, Served
from oblivious.demo.wire.framing import BadRequest
from oblivious.demo.wire.request import Request, RequestReader
from oblivious.demo.wire.response import CONTINUE, head, sized


class House(Protocol):
    """What a connection needs of its server."""

    def direct(self, request: Request) -> tuple[Script, Served]:
        """Return what is to be played for a request, and its record to be filled in."""
        ...

    def record(self, served: Served, ending: Ending) -> None:
        """Keep the record of a request that has ended."""
        ...

    def opened(self, connection: "Connection") -> None:
        """Know of a connection."""
        ...

    def closed(self, connection: "Connection") -> None:
        """Forget it."""
        ...


class Connection(asyncio.Protocol):
    """Answers the requests of one connection in turn."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._reader = RequestReader()
        self._playing: Performance | None = None
        self._keep_alive = True
        self._advancing = False
        self._stopped = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection; small writes go out at once."""
        self._transport = cast("asyncio.Transport", transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._house.opened(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes; while an answer is on its way they wait."""
        self._reader.feed(data)
        self._advance()

    def pause_writing(self) -> None:
        """Hold: the client reads slowly."""
        if self._playing is not None:
            self._playing.hold()

    def resume_writing(self) -> None:
        """Go on."""
        if self._playing is not None:
            self._playing.go_on()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Put on record what was cut short."""
        if self._playing is not None:
            self._playing.abandon("stopped" if self._stopped else "client_gone")
            self._playing = None
        self._house.closed(self)

    def stop(self) -> None:
        """Break the connection: the server stops."""
        self._stopped = True
        self._transport.abort()

    def _advance(self) -> None:
        if self._advancing:
            return
        self._advancing = True
        while self._playing is None and not self._transport.is_closing():
            request = self._next_request()
            if request is None:
                break
            self._answer(request)
        self._advancing = False

    def _next_request(self) -> Request | None:
        try:
            request = self._reader.next_request()
        except BadRequest as error:
            self._refuse(error)
            return None
        if request is None and self._reader.owes_continue():
            self._transport.write(CONTINUE)
        return request

    def _answer(self, request: Request) -> None:
        script, served = self._house.direct(request)
        self._keep_alive = request.keep_alive and request.chunkable
        self._playing = Performance(script, served, self._transport, self._house.record, self._after)
        self._playing.begin()

    def _after(self, then: Then) -> None:
        self._playing = None
        if then is Then.CLOSE or not self._keep_alive:
            self._transport.close()
        else:
            self._advance()

    def _refuse(self, error: BadRequest) -> None:
        """Answer what is no request; there is nothing to put on record."""
        body = error.message.encode()
        self._transport.write(
            head(error.status, "text/plain", sized(len(body)), b"", keep_alive=False) + body
        )
        self._transport.close()
