"""The meters of one owner in memory, pure: what draws and their ends do to them. Times are of one clock."""

from collections.abc import Iterable

from oblivious.contracts.meters import Meter, MeterKind, Reading
from oblivious.infra.state.account import gauges_of
from oblivious.infra.state.draws import FULL_GAUGE_MS, GRANTED, RELEASED_AT_ONCE
from oblivious.infra.state.leases import Leases
from oblivious.infra.state.remembered import Remembered
from oblivious.infra.state.wallet import Gauges
from oblivious.infra.state.window import Window

_Hold = tuple[int, Gauges]
"""When it was taken, and what it has of which gauges."""


class Owner:
    """The windows and gauges of one owner, and who holds them."""

    __slots__ = ("_gauges", "_holds", "_until", "_windows")

    def __init__(self) -> None:
        self._windows: Remembered[tuple[str, int], Window] = Remembered(_empty_window)
        self._gauges: dict[str, int] = {}
        self._holds: Leases[_Hold] = Leases()
        self._until = 0

    def idle(self, now: int) -> bool:
        """Whether nothing counts and nothing is held any more."""
        return now >= self._until

    def draw(self, hold_id: str, meters: tuple[Meter, ...], lease_ms: int, now: int) -> tuple[int, int]:
        """Take from all meters or from none.

        Returns:
            Which meter refused, or GRANTED; and when it has room again.
        """
        self._release(now)
        if hold_id in self._holds:
            return GRANTED, 0
        for index, meter in enumerate(meters):
            if self._used(meter, now) + meter.cost > meter.limit:
                return index, self._room_after(meter, now)
        self._holds.begin(hold_id, self._hold(meters, now), now + lease_ms)
        self._live(now + max(lease_ms, counts_ms(meters)))
        return GRANTED, 0

    def give_back(self, hold_id: str, corrections: Iterable[tuple[Meter, int]], now: int) -> None:
        """End a hold: free its gauges and correct its windows."""
        hold = self._holds.end(hold_id)
        taken_at = 0 if hold is None else self._let_go(hold)
        for meter, delta in corrections:
            if delta > 0:
                self._window(meter, now).add(delta)
                self._live(now + counts_ms((meter,)))
            elif delta < 0:
                self._window(meter, now).give_back(-delta, taken_at)

    def renew(self, hold_id: str, until: int) -> None:
        """Let a hold live until then, or longer."""
        self._holds.renew(hold_id, until)
        self._live(until)

    def readings(self, meters: tuple[Meter, ...], now: int) -> tuple[Reading, ...]:
        """Return what is left of each meter."""
        self._release(now)
        return tuple(self._reading(meter, now) for meter in meters)

    def _hold(self, meters: tuple[Meter, ...], now: int) -> _Hold:
        gauges = gauges_of(meters)
        for meter in meters:
            if meter.kind is MeterKind.WINDOW:
                self._window(meter, now).add(meter.cost)
        for key, cost in gauges:
            self._gauges[key] = self._gauges.get(key, 0) + cost
        return now, gauges

    def _release(self, now: int) -> None:
        for hold in self._holds.over(now, RELEASED_AT_ONCE):
            self._let_go(hold)

    def _let_go(self, hold: _Hold) -> int:
        """Free what a hold has of the gauges; return when it was taken."""
        taken_at, gauges = hold
        for key, cost in gauges:
            left = self._gauges.pop(key, 0) - cost
            if left:
                self._gauges[key] = left
        return taken_at

    def _live(self, until: int) -> None:
        self._until = max(self._until, until)

    def _used(self, meter: Meter, now: int) -> int:
        if meter.kind is MeterKind.GAUGE:
            return self._gauges.get(meter.key, 0)
        return self._window(meter, now).used(now)

    def _room_after(self, meter: Meter, now: int) -> int:
        if meter.kind is MeterKind.GAUGE:
            return FULL_GAUGE_MS if meter.cost <= meter.limit else 0
        return self._window(meter, now).retry_after_ms(meter.cost, meter.limit, now)

    def _reading(self, meter: Meter, now: int) -> Reading:
        reset_ms = self._window(meter, now).reset_ms(now) if meter.kind is MeterKind.WINDOW else 0
        return Reading(max(0, meter.limit - self._used(meter, now)), reset_ms)

    def _window(self, meter: Meter, now: int) -> Window:
        window = self._windows.at((meter.key, meter.window_ms), now)
        window.slide(now)
        return window


def counts_ms(meters: Iterable[Meter]) -> int:
    """Return how long what is taken now from the longest window counts at most."""
    return 2 * max((meter.window_ms for meter in meters), default=0)


def _empty_window(place: tuple[str, int]) -> Window:
    return Window(place[1])
