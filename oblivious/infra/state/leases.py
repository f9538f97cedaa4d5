"""What is held, and ends by itself unless it is renewed."""

import heapq
from typing import Generic, TypeVar

_SLACK = 64

ThingT = TypeVar("ThingT")


class Leases(Generic[ThingT]):
    """Things by name, each until its time; times are milliseconds of one clock."""

    __slots__ = ("_held", "_queue")

    def __init__(self) -> None:
        self._held: dict[str, tuple[int, ThingT]] = {}
        # Each name that is held is here at least once, never later than it ends; others are skipped.
        self._queue: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def begin(self, name: str, thing: ThingT, until: int) -> None:
        """Hold a thing, to end at `until`."""
        self._held[name] = (until, thing)
        heapq.heappush(self._queue, (until, name))

    def renew(self, name: str, until: int) -> None:
        """Let it end at `until` at the earliest; what is not held stays so."""
        held = self._held.get(name)
        if held is not None and held[0] < until:
            self._held[name] = (until, held[1])

    def end(self, name: str) -> ThingT | None:
        """Return what ends before its time; None if it is not held (any more)."""
        _, thing = self._held.pop(name, (0, None))
        if len(self._queue) > 2 * len(self._held) + _SLACK:
            self._queue = [(until, held) for held, (until, _) in self._held.items()]
            heapq.heapify(self._queue)
        return thing

    def over(self, now: int, most: int) -> list[ThingT]:
        """Return up to `most` things that have ended by `now`, the oldest first; they are no longer held."""
        ended: list[ThingT] = []
        while len(ended) < most and self._queue and self._queue[0][0] <= now:
            _, name = heapq.heappop(self._queue)
            until, thing = self._held.get(name, (0, None))
            if until > now:
                heapq.heappush(self._queue, (until, name))
            elif thing is not None:
                del self._held[name]
                ended.append(thing)
        return ended
