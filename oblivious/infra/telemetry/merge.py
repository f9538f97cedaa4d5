"""Sum the dumps of all processes for a scrape, far from any worker's loop."""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path

import msgspec
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from oblivious.infra.telemetry.families import COUNTER, FAMILIES, HISTOGRAM, Family
from oblivious.infra.telemetry.tally import Cell, Dump, is_gauge

_PAST = "past"
_decode = msgspec.json.Decoder(Dump).decode
Series = dict[tuple[str, tuple[str, ...]], Cell]


class SummedDumps:
    """A prometheus-client collector over the folder where processes leave their dumps."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def registry(self) -> CollectorRegistry:
        """Return a registry that reads the folder at every scrape."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return registry

    def collect(self) -> Iterator[Metric]:
        """Yield one metric for each family that any process has counted."""
        by_family: dict[str, list[Cell]] = {}
        for cell in summed(self._dumps()).values():
            by_family.setdefault(cell.name, []).append(cell)
        for name, cells in sorted(by_family.items()):
            yield _metric(FAMILIES[name], cells)

    def _dumps(self) -> list[Dump]:
        return [_decode(path.read_bytes()) for path in sorted(self._folder.glob("*.json"))]


def fold_past(folder: Path) -> None:
    """Add the dumps of processes that are gone into one, so that restarts do not pile up files."""
    dumps = [(path, _decode(path.read_bytes())) for path in sorted(folder.glob("*.json"))]
    gone = [(path, dump) for path, dump in dumps if not is_alive(dump)]
    if len(gone) < 2:  # noqa: PLR2004 - one file of the past is what this leaves
        return
    past = Dump(_PAST, 0, list(summed(dump for _, dump in gone).values()))
    fresh = folder / "past.fresh"
    fresh.write_bytes(msgspec.json.encode(past))
    fresh.replace(folder / f"{_PAST}.json")
    for path, dump in gone:
        if dump.boot_id != _PAST:
            path.unlink(missing_ok=True)


def summed(dumps: Iterable[Dump]) -> Series:
    """Add up the cells of all dumps; gauges count only while their process lives."""
    series: Series = {}
    for dump in dumps:
        alive = is_alive(dump)
        for cell in dump.cells:
            if cell.name in FAMILIES and (alive or not is_gauge(FAMILIES[cell.name])):
                _add(series, cell)
    return series


def is_alive(dump: Dump) -> bool:
    """Whether the process that left the dump still runs on this machine."""
    return dump.pid != 0 and Path(f"/proc/{dump.pid}").exists()


def _add(series: Series, cell: Cell) -> None:
    have = series.get((cell.name, cell.labels))
    if have is None:
        series[cell.name, cell.labels] = cell
        return
    have.value += cell.value
    if have.counts and cell.counts and len(have.counts) == len(cell.counts):
        have.counts = [a + b for a, b in zip(have.counts, cell.counts, strict=True)]


def _metric(family: Family, cells: list[Cell]) -> Metric:
    if family.kind == HISTOGRAM:
        return _histogram(family, cells)
    metric: CounterMetricFamily | GaugeMetricFamily
    if family.kind == COUNTER:
        metric = CounterMetricFamily(family.name, family.help, labels=family.labels)
    else:
        metric = GaugeMetricFamily(family.name, family.help, labels=family.labels)
    for cell in cells:
        metric.add_metric(cell.labels, cell.value)
    return metric


def _histogram(family: Family, cells: list[Cell]) -> Metric:
    metric = HistogramMetricFamily(family.name, family.help, labels=family.labels)
    bounds = [*(str(float(bound)) for bound in family.bounds), "+Inf"]
    for cell in cells:
        buckets = list(zip(bounds, (float(n) for n in accumulate(cell.counts or [])), strict=True))
        metric.add_metric(cell.labels, buckets, cell.value)
    return metric
