"""Where an upstream of a fleet stands in its plot."""

import time
from collections.abc import Callable

from oblivious.demo.plot import NO_PLOT, Part, Phase, Plot

Clock = Callable[[], float]


class Watch:
    """Counts the seconds since it was first read, so that a plot begins with the first request."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._began: float | None = None

    def __call__(self) -> float:
        """Return the seconds so far."""
        now = self._clock()
        if self._began is None:
            self._began = now
        return now - self._began


class Cast:
    """The parts of one upstream, at a place of the fleet from 1 on; `watch` is the whole fleet's."""

    def __init__(self, place: int = 1, plot: Plot = NO_PLOT, watch: Clock | None = None) -> None:
        self._roles = [_Role(part) for part in plot.part if part.concerns(place)]
        self._watch = watch or Watch()

    def plays(self, key: str) -> str:
        """Return the settings for a request with that key, and count it; "" where there are none."""
        now = self._watch()
        played = (role.plays(now) for role in self._roles if key.endswith(role.keys))
        return next(filter(None, played), "")


class _Role:
    """One part on its way."""

    def __init__(self, part: Part) -> None:
        self.keys = part.keys
        self._phases = part.phases
        self._place = 0
        self._began = 0.0
        self._requests = 0

    def plays(self, now: float) -> str:
        while self._is_over(now):
            self._go_on(now)
        self._requests += 1
        return self._phase.plays

    @property
    def _phase(self) -> Phase:
        return self._phases[self._place]

    def _is_over(self, now: float) -> bool:
        phase = self._phase
        if phase.seconds is not None:
            return now - self._began >= phase.seconds
        return phase.requests is not None and self._requests >= phase.requests

    def _go_on(self, now: float) -> None:
        self._began = now if self._phase.seconds is None else self._began + self._phase.seconds
        self._place = (self._place + 1) % len(self._phases)
        self._requests = 0
