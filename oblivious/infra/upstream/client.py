import asyncio
import ssl
from collections.abc import Callable

from oblivious.infra.upstream.call import Call
from oblivious.infra.upstream.clock import Clock
from oblivious.infra.upstream.dial import Dialer, Resolve, system_resolve, verified_context
from oblivious.infra.upstream.errors import BrokeOff, ConnectFailed
from oblivious.infra.upstream.limits import Deadlines, Limits
from oblivious.infra.upstream.origin import Origin
from oblivious.infra.upstream.pool import Pool
from oblivious.infra.upstream.protocol import Connection
from oblivious.infra.upstream.request import Body, Request
from oblivious.infra.upstream.response import Response
from oblivious.infra.upstream.tls import Contexts
from oblivious.infra.upstream.upload import Upload

Gate = Callable[[Callable[[BaseException | None], None]], None]
"""Called as gate(go) when a request is about to leave; `go(None)` lets it, `go(error)` gives it up."""


class Client:
    """Sends requests to upstreams over pooled HTTP/1.1 connections; belongs to the loop of its first request.

    One instance serves a whole worker.
    """

    __slots__ = ("_clock", "_closed", "_limits", "_pools", "_resolve", "_tls")

    def __init__(
        self,
        *,
        limits: Limits = Limits(),  # noqa: B008 - it is immutable
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = system_resolve,
    ) -> None:
        """Take who finds addresses, and `tls` for https origins whose links ask for nothing of TLS.

        Without it the system's authorities are trusted.
        """
        self._limits = limits
        self._tls = Contexts(tls or verified_context())
        self._resolve = resolve
        self._pools: dict[Origin, Pool] = {}
        self._clock: Clock | None = None
        self._closed = False

    async def send(
        self, origin: Origin, head: bytes, body: Body, *, deadlines: Deadlines, gate: Gate | None = None
    ) -> Response:
        """Send one request and return its response as soon as the head is there.

        `head` is complete, from the request line to the empty line, and says how long the body is. With a
        `gate` not a byte leaves before it opens. A request that meets a stale pooled connection is sent once
        more on a fresh one, and the gate is not asked again.

        Raises:
            NoConnection: in its four kinds; nothing was sent.
            FirstByteTimedOut, IdleTimedOut, TotalTimedOut: the head did not come in time.
            BrokeOff: the connection closed before the head was complete.
            Garbage: the head is not one we accept.
        """
        pool = self._pools.get(origin) or self._open_pool(origin)
        now = pool.clock.loop.time()
        request = Request(head, body, deadlines, now)
        connection = pool.take()
        if connection is None:
            connection = await pool.obtain(request.connected_by(now))
        try:
            return await self._attempt(connection, request, gate)
        except BrokeOff as fault:
            if not fault.stale:
                raise
        connection = await pool.obtain_fresh(request.connected_by(pool.clock.loop.time()))
        return await self._attempt(connection, request, None)

    async def close(self) -> None:
        """Close every connection at once; calls under way fail with `BrokeOff`, later ones can't connect."""
        self._closed = True
        for pool in self._pools.values():
            await pool.close()
        if self._clock is not None:
            self._clock.stop()

    async def _attempt(self, connection: Connection, request: Request, gate: Gate | None) -> Response:
        call = connection.begin(request)
        try:
            if request.spool is None:
                _depart(call, gate)
            else:
                await _upload(call, Upload(request.spool), gate)
            while not call.answered:
                call.check()
                await call.wait()
            return Response(call, self._limits.buffer_bytes)
        except BaseException:
            call.leave(BrokeOff("the request was given up"))
            raise

    def _open_pool(self, origin: Origin) -> Pool:
        if self._closed:
            raise ConnectFailed("the client is closed")
        if self._clock is None:
            self._clock = Clock(asyncio.get_running_loop(), self._expire)
        dialer = Dialer(origin, self._resolve, self._tls.of)
        self._pools[origin] = pool = Pool(origin, dialer, self._clock, self._limits)
        return pool

    def _expire(self, now: float) -> bool:
        left = [pool.expire(now) for pool in self._pools.values()]
        return any(left)


def _depart(call: Call, gate: Gate | None) -> None:
    if gate is None:
        call.go(None)
    else:
        gate(call.go)


async def _upload(call: Call, upload: Upload, gate: Gate | None) -> None:
    try:
        call.load(await upload.first())
        _depart(call, gate)
        await upload.rest(call)
    finally:
        await upload.close()
