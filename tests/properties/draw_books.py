"""Plain books of one owner's draws, to hold the real ones to: every bucket, every hold, nothing clever."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import ceil

from oblivious.contracts.meters import Meter, MeterKind


class OwnersBook:
    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._buckets: Counter[tuple[str, int]] = Counter()
        self._holds: dict[str, tuple[int, Sequence[Meter]]] = {}
        self._ends: dict[str, int] = {}

    def draw(self, hold_id: str, meters: Sequence[Meter], lease_ms: int) -> int | None:
        """Return which meter refuses."""
        self._release()
        if hold_id in self._holds:
            return None
        for index, meter in enumerate(meters):
            if self.used(meter) + meter.cost > meter.limit:
                return index
        for meter in meters:
            if meter.kind is MeterKind.WINDOW:
                self._buckets[meter.key, self._now() // meter.window_ms] += meter.cost
        self._holds[hold_id] = (self._now(), meters)
        self._ends[hold_id] = self._now() + lease_ms
        return None

    def end(self, hold_id: str, corrections: Iterable[tuple[Meter, int]]) -> None:
        """Give back what counts less in the bucket of the taking; count what is more in that of now."""
        taken_at, _ = self._holds.pop(hold_id, (None, ()))
        for meter, delta in corrections:
            if delta > 0:
                self._buckets[meter.key, self._now() // meter.window_ms] += delta
            elif taken_at is not None:
                place = (meter.key, taken_at // meter.window_ms)
                self._buckets[place] = max(0, self._buckets[place] + delta)

    def renew(self, hold_id: str, lease_ms: int) -> None:
        """Let one that is held end later."""
        if hold_id in self._holds:
            self._ends[hold_id] = max(self._ends[hold_id], self._now() + lease_ms)

    def remaining(self, meters: Sequence[Meter]) -> list[int]:
        """Return what is left of each."""
        self._release()
        return [max(0, meter.limit - self.used(meter)) for meter in meters]

    def used(self, meter: Meter, after_ms: int = 0) -> int:
        """Return what counts, in so many milliseconds, if nothing happens."""
        if meter.kind is MeterKind.GAUGE:
            return sum(
                held.cost for _, meters in self._holds.values() for held in meters if held.key == meter.key
            )
        bucket, into = divmod(self._now() + after_ms, meter.window_ms)
        weight = 1 - Fraction(into, meter.window_ms)
        return self._buckets[meter.key, bucket] + ceil(self._buckets[meter.key, bucket - 1] * weight)

    def _release(self) -> None:
        for hold_id in [one for one in self._holds if self._ends[one] <= self._now()]:
            del self._holds[hold_id]
