"""A sliding window in two numbers: the bucket of now, and the one before it, weighted."""


class Window:
    """What was taken from one WINDOW meter; times are milliseconds of one clock."""

    __slots__ = ("_current", "_length", "_number", "_previous")

    def __init__(self, window_ms: int) -> None:
        self._length = window_ms
        self._number = 0
        self._current = 0
        self._previous = 0

    def slide(self, now: int) -> None:
        """Move on to the bucket that `now` is in; everything else speaks about that bucket."""
        number = now // self._length
        if number != self._number:
            self._previous = self._current if number == self._number + 1 else 0
            self._current = 0
            self._number = number

    def add(self, cost: int) -> None:
        """Count `cost` in the bucket of now."""
        self._current += cost

    def give_back(self, cost: int, taken_at: int) -> None:
        """Count `cost` less in the bucket it was taken in, if that still counts."""
        age = self._number - taken_at // self._length
        if age == 0:
            self._current = max(0, self._current - cost)
        elif age == 1:
            self._previous = max(0, self._previous - cost)

    def used(self, now: int) -> int:
        """Return what counts at `now`; a fraction counts whole."""
        return self._current + -(-self._previous * self._rest(now) // self._length)

    def reset_ms(self, now: int) -> int:
        """Return in how many milliseconds nothing will count any more."""
        if self._current:
            return self._rest(now) + self._length
        return self._rest(now) if self._previous else 0

    def retry_after_ms(self, cost: int, limit: int, now: int) -> int:
        """Return in how many milliseconds a `cost` that does not fit now will fit; 0 for never."""
        if cost > limit:
            return 0
        room = limit - cost - self._current
        if room >= 0:
            return self._rest(now) - room * self._length // self._previous
        return self._rest(now) + self._length - (limit - cost) * self._length // self._current

    def idle(self, now: int) -> bool:
        """Whether nothing counts in it."""
        return now // self._length > self._number + 1

    def _rest(self, now: int) -> int:
        """How much of the previous bucket the window still covers, as of its `_length` parts."""
        return self._length - now % self._length
