"""Where an exchange's microseconds go: a gateway whose steps carry stopwatches, under 64 connections."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

from bench.exchanges import Kind
from bench.gateway import STOPWATCH, Gateway
from bench.stopwatch import DUMP
from bench.wrk import Wrk

_CONNECTIONS = 64
_DUMPED_S = 0.6
_NANO_PER_MICRO = 1000


@dataclass(frozen=True)
class Step:
    """One part of the road: microseconds and entries for each exchange, by kind of exchange."""

    name: str
    micros: dict[str, float]
    entries: dict[str, float]


def measure_steps(gateway: Gateway, wrk: Wrk, kinds: tuple[Kind, ...], seconds: float) -> list[Step]:
    """Run a gateway of its own with watches on, and read them around a closed loop of each kind."""
    dump = gateway.folder / "watches.json"
    gateway.start(STOPWATCH, {DUMP: str(dump)})
    micros: dict[str, dict[str, float]] = {}
    entries: dict[str, dict[str, float]] = {}
    for kind in kinds:
        wrk.run(gateway.target, kind, _CONNECTIONS, 1)
        before = _readings(dump)
        wrk.run(gateway.target, kind, _CONNECTIONS, seconds)
        after = _readings(dump)
        exchanges = max(1, _entered(after, before, next(iter(after))))
        for name in after:
            spent = (after[name][0] - before[name][0]) / _NANO_PER_MICRO
            micros.setdefault(name, {})[kind.name] = spent / exchanges
            entries.setdefault(name, {})[kind.name] = _entered(after, before, name) / exchanges
    gateway.stop()
    return [Step(name, micros[name], entries[name]) for name in micros]


def _entered(after: dict[str, list[int]], before: dict[str, list[int]], name: str) -> int:
    return after[name][1] - before[name][1]


def _readings(dump: Path) -> dict[str, list[int]]:
    time.sleep(_DUMPED_S)  # the watches are written from time to time
    readings: dict[str, list[int]] = json.loads(dump.read_text())
    return readings
