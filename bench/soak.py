"""Half an hour at four fifths of the rate that settlement keeps up with: nothing may grow.

    python -m bench.soak [--minutes 30] [--rate 0]

The rate is found first: a burst as fast as it goes, and all of it settled; exchanges over the time of both.
A soak of less than ten minutes is a trial and writes nothing down.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Self

from bench.audit import Verdict
from bench.cores import machine
from bench.readings import resident_bytes
from bench.report import keep, table
from bench.rig import Rig, rig
from bench.wrk import Loop

_CONNECTIONS = 128
_BURST_S = 20
_TRIALS = 3
_SHARE = 0.8
_SAMPLE_S = 10
_LOGS_MOST_BYTES = 256 * 1024 * 1024
_GROWTH = 0.05
_BEHIND_S = 2.0
_MIB = 1024 * 1024
_WORTH_KEEPING = 10
OURS = ("gateway", "server, shipper", "settlement")


@dataclass(frozen=True)
class Sample:
    """One look at everything: seconds since the start, bytes in use by group, exchanges not yet settled."""

    at: float
    memory: dict[str, int]
    backlog: int


@dataclass(frozen=True)
class Soaked:
    """A soak that is over."""

    settled_rate: float
    loop: Loop
    samples: Sequence[Sample]
    verdict: Verdict

    def growth(self, group: str) -> float:
        """Return by what share a group's memory grew after the warm-up: late median over early median."""
        early, late = self._early_and_late()
        return median(s.memory[group] for s in late) / median(s.memory[group] for s in early) - 1

    @property
    def backlogs(self) -> tuple[float, float]:
        """Return the median backlog after the warm-up, and at the end."""
        early, late = self._early_and_late()
        return median(s.backlog for s in early), median(s.backlog for s in late)

    @property
    def faults(self) -> list[str]:
        """Say what grew, or was not billed exactly."""
        found = [
            f"{group} grew by {self.growth(group):.1%}" for group in OURS if self.growth(group) > _GROWTH
        ]
        early, late = self.backlogs
        if late > early * (1 + _GROWTH) + _BEHIND_S * self.loop.rate:
            found.append(f"the backlog grew from {early:,.0f} to {late:,.0f}")
        if not self.verdict.exact:
            found.append(f"the books are not exact: {self.verdict}")
        return found

    def _early_and_late(self) -> tuple[Sequence[Sample], Sequence[Sample]]:
        tenth = max(1, len(self.samples) // 10)
        return self.samples[2 * tenth : 3 * tenth] or self.samples[:1], self.samples[-tenth:]


class Watchman:
    """Looks at the rig every ten seconds, from a thread of its own, until told to stop."""

    def __init__(self, at: Rig) -> None:
        self._rig = at
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._served = self._settled = 0
        self._read_to = 0
        self.samples: list[Sample] = []

    def __enter__(self) -> Self:
        self._start = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_SAMPLE_S):
            self.samples.append(self._sample())
            if self._rig.gateway.log_bytes() > _LOGS_MOST_BYTES:
                self._rig.gateway.drop_logs()

    def _sample(self) -> Sample:
        self._settled += self._rig.books.newly_settled()
        with self._rig.upstream.served.open("rb") as log:
            log.seek(self._read_to)
            fresh = log.read()
        self._read_to += len(fresh)
        self._served += fresh.count(b"\n")
        memory = {name: resident_bytes(pids()) for name, pids in self._rig.groups().items()}
        return Sample(time.monotonic() - self._start, memory, max(0, self._served - self._settled))


def soak(at: Rig, minutes: float, rate: float) -> Soaked:
    """Find the settled rate, unless one is given, and keep up four fifths of it."""
    at.gateway.start()
    settled_rate = rate or _settled_rate(at)
    rest_ms = _rest_ms(at, settled_rate * _SHARE)
    with Watchman(at) as watchman:
        loop = at.wrk.mixed(at.gateway.target, _CONNECTIONS, minutes * 60, rest_ms)
    at.books.drain()
    at.gateway.stop()
    return Soaked(settled_rate, loop, watchman.samples, at.books.audit())


def _rest_ms(at: Rig, rate: float) -> float:
    """Return how long each connection rests after an answer so that all together ask at a rate.

    Answers take the longer the more of them there are, so it is looked for at the pace itself.
    """
    turn_ms = rest_ms = _CONNECTIONS / rate * 1000
    for _ in range(_TRIALS):
        seen = at.wrk.mixed(at.gateway.target, _CONNECTIONS, _SAMPLE_S, rest_ms)
        answered_ms = _CONNECTIONS / seen.rate * 1000 - rest_ms
        rest_ms = max(1.0, turn_ms - answered_ms)
    return rest_ms


def _settled_rate(at: Rig) -> float:
    burst = at.wrk.mixed(at.gateway.target, _CONNECTIONS, _BURST_S)
    return burst.requests / (burst.seconds + at.books.drain())


def _written(soaked: Soaked) -> str:
    groups = list(soaked.samples[0].memory)
    step = max(1, len(soaked.samples) // 15)
    rows = [
        [
            f"{sample.at / 60:.1f}",
            f"{sample.backlog:,}",
            *(f"{sample.memory[group] / _MIB:.0f}" for group in groups),
        ]
        for sample in soaked.samples[::step]
    ]
    rows.append(["growth", "", *(f"{soaked.growth(group):+.1%}" for group in groups)])
    early, late = soaked.backlogs
    loop, verdict = soaked.loop, soaked.verdict
    return (
        f"`python -m bench.soak` on {datetime.now(UTC):%Y-%m-%d}, {machine()}: {loop.requests:,} exchanges, "
        f"half of them streams, in {loop.seconds / 60:.0f} minutes at {loop.rate:,.0f} a second, "
        f"{loop.rate / soaked.settled_rate:.0%} of the settled rate of {soaked.settled_rate:,.0f}. "
        f"Backlog {early:,.0f} after the warm-up and {late:,.0f} at the end. "
        f"Books: {verdict.lost} lost, {verdict.twice} twice, {verdict.wrong} at a wrong price. "
        f"**{'; '.join(soaked.faults) or 'Nothing grew, nothing was lost'}.**\n\n"
        "Minutes, exchanges not yet settled, and MiB in use; growth is that of the last tenth over the third "
        "one.\n\n" + table(["minutes", "backlog", *groups], rows)
    )


def main() -> int:
    """Soak, print, write; fail if anything grew."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("SOAK_MINUTES", "30")))
    parser.add_argument("--rate", type=float, default=0.0, help="the settled rate, if it is known")
    asked = parser.parse_args()
    with rig() as at:
        soaked = soak(at, asked.minutes, asked.rate)
    text = _written(soaked)
    print(text)
    if asked.minutes >= _WORTH_KEEPING:
        keep({"Soak": text})
    return 1 if soaked.faults else 0


if __name__ == "__main__":
    sys.exit(main())
