"""One account's meters and wallet, taken from together or not at all; pure."""

from collections.abc import Iterable

from oblivious.contracts.meters import Meter, MeterKind, Need, Reading, Taken
from oblivious.infra.state.errors import WalletUnknown
from oblivious.infra.state.wallet import Gauges, Wallet
from oblivious.infra.state.window import Window

RELEASED_ON_REFUSAL = 128
"""How many entries that are due a refused take may clear away before it is judged again."""

_GRANTED = -1


class Account:
    """A wallet and the windows of its meters."""

    __slots__ = ("_windows", "wallet")

    def __init__(self) -> None:
        self.wallet = Wallet()
        self._windows: dict[tuple[str, int], Window] = {}

    @property
    def blank(self) -> bool:
        """Whether nothing at all is known of the account."""
        return self.wallet.blank and not self._windows

    def take(self, need: Need, now: int) -> Taken:
        """Take all of `need` or nothing; an exchange that has an entry is granted again.

        Raises:
            WalletUnknown: the meters have room, but nobody has told the balance.
        """
        if self.wallet.knows(need.exchange_id):
            return Taken(_GRANTED, 0, self._readings(need.meters, now))
        refused_by = self._refused_by(need, now)
        if refused_by != _GRANTED and self.wallet.release(now, RELEASED_ON_REFUSAL):
            refused_by = self._refused_by(need, now)
        if refused_by != _GRANTED:
            wait = self._retry_after_ms(need.meters[refused_by : refused_by + 1], now)
            return Taken(refused_by, wait, self._readings(need.meters, now))
        self._hold(need, now)
        return Taken(_GRANTED, 0, self._readings(need.meters, now))

    def finish(self, need: Need, spent: int, corrections: tuple[int, ...], now: int) -> None:
        """End an exchange: see the wallet; its windows then count what it really took."""
        taken_at = self.wallet.finish(need.exchange_id, spent, now)
        if taken_at is None:
            return
        for meter, delta in zip(need.meters, corrections, strict=False):
            if delta > 0:
                self._window(meter, now).add(delta)
            elif delta < 0:
                self._window(meter, now).give_back(-delta, taken_at)

    def drop_idle_windows(self, now: int) -> None:
        """Forget the windows in which nothing counts any more."""
        for place in [place for place, window in self._windows.items() if window.idle(now)]:
            del self._windows[place]

    def _refused_by(self, need: Need, now: int) -> int:
        for index, meter in enumerate(need.meters):
            if self._used(meter, now) + meter.cost > meter.limit:
                return index
        if need.floor is None:
            return _GRANTED
        wallet = self.wallet
        if wallet.posted is None:
            raise WalletUnknown(need.account_id)
        return _GRANTED if wallet.posted - wallet.total - need.amount >= need.floor else len(need.meters)

    def _hold(self, need: Need, now: int) -> None:
        for meter in need.meters:
            if meter.kind is MeterKind.WINDOW:
                self._window(meter, now).add(meter.cost)
        self.wallet.hold(
            need.exchange_id,
            need.amount,
            gauges_of(need.meters),
            until=now + need.lease_ms,
            taken_at=now,
        )

    def _used(self, meter: Meter, now: int) -> int:
        if meter.kind is MeterKind.GAUGE:
            return self.wallet.gauges.get(meter.key, 0)
        return self._window(meter, now).used(now)

    def _readings(self, meters: Iterable[Meter], now: int) -> tuple[Reading, ...]:
        return tuple(
            Reading(
                max(0, meter.limit - self._used(meter, now)),
                self._window(meter, now).reset_ms(now) if meter.kind is MeterKind.WINDOW else 0,
            )
            for meter in meters
        )

    def _retry_after_ms(self, refusing: Iterable[Meter], now: int) -> int:
        """Return the wait of the meter that refused; the wallet and a gauge cannot tell."""
        for meter in refusing:
            if meter.kind is MeterKind.WINDOW:
                return self._window(meter, now).retry_after_ms(meter.cost, meter.limit, now)
        return 0

    def _window(self, meter: Meter, now: int) -> Window:
        place = (meter.key, meter.window_ms)
        window = self._windows.get(place)
        if window is None:
            window = self._windows[place] = Window(meter.window_ms)
        window.slide(now)
        return window


def gauges_of(meters: Iterable[Meter]) -> Gauges:
    """Return the key and cost of each GAUGE."""
    return tuple((meter.key, meter.cost) for meter in meters if meter.kind is MeterKind.GAUGE)
