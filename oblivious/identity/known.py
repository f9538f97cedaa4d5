"""What a process remembers of presented keys, bounded."""

from collections.abc import Callable

from oblivious.contracts.caller import Caller
from oblivious.contracts.errors import AdminKey, DisabledKey, UnknownKey

BadKey = type[UnknownKey] | type[DisabledKey] | type[AdminKey]


class KnownCallers:
    """Callers by presented key; those not asked for lately make room for others.

    Two generations stand in for a list by age: a full younger one becomes the older one, and what is asked
    for there moves back. So a hit costs one look, and between `capacity` and half of it is kept.
    """

    __slots__ = ("_half", "_older", "_younger")

    def __init__(self, capacity: int) -> None:
        self._half = max(1, capacity // 2)
        self._younger: dict[str | bytes, Caller] = {}
        self._older: dict[str | bytes, Caller] = {}

    def get(self, presented: str | bytes) -> Caller | None:
        """Return the caller, None if it is not remembered."""
        caller = self._younger.get(presented)
        if caller is not None:
            return caller
        caller = self._older.pop(presented, None)
        if caller is not None:
            self.put(presented, caller)
        return caller

    def put(self, presented: str | bytes, caller: Caller) -> None:
        """Remember a caller."""
        if len(self._younger) >= self._half:
            self._older = self._younger
            self._younger = {}
        self._younger[presented] = caller

    def clear(self) -> None:
        """Forget everything."""
        self._younger.clear()
        self._older.clear()


class KnownBad:
    """Keys that were refused in the last seconds, so that trying them again asks nobody."""

    __slots__ = ("_capacity", "_clock", "_refused", "_seconds")

    def __init__(self, capacity: int, clock: Callable[[], float], seconds: float = 5.0) -> None:
        self._capacity = capacity
        self._clock = clock
        self._seconds = seconds
        self._refused: dict[str | bytes, tuple[float, BadKey]] = {}

    def get(self, presented: str | bytes) -> BadKey | None:
        """Return why the key was refused, None if that is not remembered."""
        refused = self._refused.get(presented)
        if refused is None or refused[0] <= self._clock():
            return None
        return refused[1]

    def put(self, presented: str | bytes, reason: BadKey) -> None:
        """Remember a refusal; a flood of made-up keys only shortens the memory."""
        if len(self._refused) >= self._capacity:
            self._refused.clear()
        self._refused[presented] = (self._clock() + self._seconds, reason)

    def clear(self) -> None:
        """Forget everything."""
        self._refused.clear()
