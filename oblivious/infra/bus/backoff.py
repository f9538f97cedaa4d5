"""How long to wait before the next try, and the waiting."""

import asyncio
import contextlib
import random


class Backoff:
    """Doubles from `first_seconds` to `most_seconds`, less up to half by chance: many do not march."""

    def __init__(self, first_seconds: float = 0.2, most_seconds: float = 5.0) -> None:
        self._first = first_seconds
        self._most = most_seconds
        self._next = first_seconds

    def next_seconds(self) -> float:
        """Return how long to wait now; the next wait is longer."""
        wait = self._next
        self._next = min(self._most, wait * 2)
        return wait * random.uniform(0.5, 1)

    def reset(self) -> None:
        """Begin anew: it worked."""
        self._next = self._first


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until it is time to stop."""
    # Not wait_for: before Python 3.12 it forgets a cancellation that comes together with the timeout.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()
