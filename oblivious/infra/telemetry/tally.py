"""The numbers of one process: plain cells that cost a fraction of a microsecond to change.

prometheus-client's multiprocess cells cost 1.8 us a change; a request changes about eight. So a worker
counts here, leaves a dump of its cells on disk once a second, and another process sums the dumps.
"""

import asyncio
import os
from bisect import bisect_left
from pathlib import Path

import msgspec

from oblivious.infra.telemetry.families import GAUGE, HISTOGRAM, Family

_MAX_SERIES = 10_000
"""Above this many label sets new ones are counted together: memory does not grow with traffic."""


class Cell(msgspec.Struct):
    """One series: a number, or for a histogram the counts below each bound and the sum of all."""

    name: str
    labels: tuple[str, ...]
    value: float = 0
    counts: list[int] | None = None


class Dump(msgspec.Struct):
    """All cells of one process; gauges of a process that is gone count no more."""

    boot_id: str
    pid: int
    cells: list[Cell]


class Tally:
    """All cells of this process. Written by one thread only."""

    def __init__(self, boot_id: str) -> None:
        self.boot_id = boot_id
        self._cells: dict[tuple[str, ...], Cell] = {}

    def cell(self, family: Family, *labels: str) -> Cell:
        """Return the cell itself, for those who change it so often that they keep it."""
        return self._cell(family, labels)

    def add(self, family: Family, amount: float, *labels: str) -> None:
        """Count `amount` more on a counter."""
        self._cell(family, labels).value += amount

    def put(self, family: Family, value: float, *labels: str) -> None:
        """Set a gauge."""
        self._cell(family, labels).value = value

    def observe(self, family: Family, value: float, *labels: str) -> None:
        """Put one observation into a histogram."""
        observe(self._cell(family, labels), family, value)

    def _cell(self, family: Family, labels: tuple[str, ...]) -> Cell:
        key = (family.name, *labels)
        cell = self._cells.get(key)
        return cell if cell is not None else self._new_cell(family, labels)

    def _new_cell(self, family: Family, labels: tuple[str, ...]) -> Cell:
        if len(self._cells) >= _MAX_SERIES:
            labels = ("other",) * len(labels)
        counts = [0] * (len(family.bounds) + 1) if family.kind == HISTOGRAM else None
        return self._cells.setdefault((family.name, *labels), Cell(family.name, labels, 0, counts))

    def dump(self) -> bytes:
        """Return all cells, encoded."""
        return msgspec.json.encode(Dump(self.boot_id, os.getpid(), list(self._cells.values())))


def observe(cell: Cell, family: Family, value: float) -> None:
    """Put one observation into a histogram's cell."""
    cell.value += value
    if cell.counts is not None:
        cell.counts[bisect_left(family.bounds, value)] += 1


async def leave_dumps(tally: Tally, folder: Path, interval_s: float = 1.0) -> None:
    """Write the tally to `folder` once an interval, until cancelled, and a last time then."""
    path = folder / f"{tally.boot_id}.json"
    try:
        while True:
            await asyncio.sleep(interval_s)
            await asyncio.to_thread(_replace, path, tally.dump())
    finally:
        _replace(path, tally.dump())


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(data)
    fresh.replace(path)


def is_gauge(family: Family) -> bool:
    """Whether the family's cells say how things are now, and so end with their process."""
    return family.kind == GAUGE
