"""The responses of several calls, read as one: what comes first goes first."""

import asyncio
from collections import deque
from collections.abc import Sequence

from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.dialects.merged import Merged
from oblivious.gateway.road.exchange import Incoming
from oblivious.infra.upstream import UpstreamFault


class Together:
    """See `Incoming`; `read` returns what the client gets, since only here it is known who said what.

    Of each response one chunk at most is read ahead, so that a slow client slows all of them down.
    """

    def __init__(self, responses: Sequence[Incoming], merged: Merged) -> None:
        self._responses = responses
        self._merged = merged
        self._unread = set(range(len(responses)))
        self._reading: dict[int, asyncio.Task[bytes]] = {}
        self._ready: deque[int] = deque()

    @property
    def status(self) -> int:
        """All were accepted: the first one's will do."""
        return self._responses[0].status

    @property
    def headers(self) -> Headers:
        """Those of the first."""
        return self._responses[0].headers

    @property
    def complete(self) -> bool:
        """Whether all of them are."""
        return all(response.complete for response in self._responses)

    async def read(self) -> bytes:
        """Return what the client gets next, or wait for it; b"" at the end of all, and where one has failed.

        Raises:
            UpstreamFault: a connection failed before its call had come to its end.
            Garbled: a stream has no events in it.
        """
        while self._unread:
            number = await self._next()
            chunk = self._taken(number)
            if not chunk:
                self._unread.remove(number)
            out = self._merged.hear(number, chunk)
            if out or self._merged.error is not None:
                return out
        return b""

    def close(self) -> None:
        """Drop every connection whose body has not come to its end."""
        for task in self._reading.values():
            if not task.cancel() and not task.cancelled():
                task.exception()  # asked for, so that nobody is told of an error whose reader has gone
        self._reading.clear()
        for response in self._responses:
            response.close()

    async def _next(self) -> int:
        """Return the number of a response that has something, each in its turn."""
        while not self._ready:
            for number in self._unread - self._reading.keys():
                self._reading[number] = asyncio.ensure_future(self._responses[number].read())
            done, _ = await asyncio.wait(self._reading.values(), return_when=asyncio.FIRST_COMPLETED)
            self._ready.extend(number for number, task in self._reading.items() if task in done)
        return self._ready.popleft()

    def _taken(self, number: int) -> bytes:
        try:
            return self._reading.pop(number).result()
        except UpstreamFault:
            if not self._merged.has_ended(number):
                raise
            return b""  # its last word was heard before
