from oblivious.infra.upstream.call import Call
from oblivious.infra.upstream.decode import inflater
from oblivious.infra.upstream.errors import BodyTooLarge, BrokeOff, Garbage


class Response:
    """The answer to one request: its head, and its body as it comes.

    A body read to its end gives the connection back by itself; otherwise `close` must be called.

    Attributes:
        status: 200 and above; interim responses are never seen.
        headers: names in lower case, in their order, hop-by-hop fields included.
        reused: whether the request went out on a connection from the pool.
        decoded: whether a content coding is undone on the way, so that `content-encoding` and
            `content-length` no longer describe what `read` returns.
    """

    __slots__ = ("_call", "_inflated_bytes", "_inflater", "decoded", "headers", "reused", "status")

    def __init__(self, call: Call, inflated_bytes: int) -> None:
        """Take a call that is answered; `inflated_bytes` bounds one read of a compressed body.

        Raises:
            Garbage: the body has a content coding that we can't undo.
        """
        self._call = call
        self._inflated_bytes = inflated_bytes
        self.status = call.status
        self.headers = call.headers
        self.reused = call.reused
        self._inflater = inflater(call.coding) if call.coding else None
        self.decoded = self._inflater is not None

    @property
    def complete(self) -> bool:
        """Whether the whole body has come and was read, so that the connection serves others already."""
        return self._call.over and not self._call.chunks

    def header(self, name: bytes) -> bytes | None:
        """Return the value of the first field of that name (in lower case)."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def await_word(self) -> None:
        """Have the deadline for the first byte hold on until `heard`: a head alone says nothing yet."""
        self._call.unheard = True
        self._call.due = 0.0

    def heard(self) -> None:
        """Take note that what has come says something: from now on the idle deadline is enough."""
        self._call.unheard = False

    async def read(self) -> bytes:
        """Return what has come of the body, decoded, or wait for more; b"" at the end.

        Raises:
            FirstByteTimedOut, IdleTimedOut, TotalTimedOut: more did not come in time.
            BrokeOff: the connection closed before the end, or this response was closed.
            Garbage: the framing or the content coding is damaged.
        """
        if self._inflater is not None:
            return await self._read_inflated()
        call = self._call
        while True:
            data = call.take()
            if data:
                return data
            if call.over:
                call.check()
                return b""
            await call.wait()

    async def read_all(self, limit: int) -> bytes:
        """Return the whole body.

        Raises:
            BodyTooLarge: it is above `limit` bytes; the response is closed.
            IdleTimedOut, TotalTimedOut, BrokeOff, Garbage: as `read`.
        """
        parts: list[bytes] = []
        size = 0
        while data := await self.read():
            parts.append(data)
            size += len(data)
            if size > limit:
                self.close()
                raise BodyTooLarge(f"the response body is above {limit} bytes", bytes_received=True)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """Drop the connection if the body has not come to its end; may be called again."""
        self._call.leave(BrokeOff("the response was closed by its reader"))

    async def _read_inflated(self) -> bytes:
        call, inflating = self._call, self._inflater
        assert inflating is not None  # noqa: S101 - `read` has looked
        try:
            while True:
                data = inflating.take(self._inflated_bytes)
                if data:
                    return data
                data = call.take()
                if data:
                    inflating.feed(data)
                elif not call.over:
                    await call.wait()
                else:
                    call.check()
                    inflating.end()
                    return b""
        except Garbage as fault:
            self._inflater = None
            call.spoil(fault)
            raise
