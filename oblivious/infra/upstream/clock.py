import asyncio
from collections.abc import Callable

from oblivious.infra.upstream.call import Call

SWEEP_SECONDS = 0.1


class Clock:
    """Looks after all deadlines and idle connections of a client, ten times a second.

    A timer for each request would cost more than the rest of the bookkeeping; here a request costs one set
    insertion, and a sweep one comparison for each open call. It stands still while there is nothing to watch.
    """

    __slots__ = ("_expire", "_timer", "calls", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop, expire: Callable[[float], bool]) -> None:
        """Take `expire(now)`, which closes what has idled too long and says whether anything idles on."""
        self.loop = loop
        self.calls: set[Call] = set()
        self._expire = expire
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Run until there is nothing left to watch."""
        if self._timer is None:
            self._timer = self.loop.call_later(SWEEP_SECONDS, self._sweep)

    def stop(self) -> None:
        """Stand still."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sweep(self) -> None:
        self._timer = None
        now = self.loop.time()
        for call in [call for call in self.calls if call.due <= now]:
            fault = call.look(now)
            if fault is not None:
                call.line.fail(fault)
        if self._expire(now) or self.calls:
            self.start()
