"""What the figures should be, and which of them are missed, by how much."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.exchanges import JSON, STREAM
from bench.measured import Measured

_AT = 64
_JSON_RATIO, _STREAM_RATIO = 0.09, 0.65
_EVENT_RATIO = 2.0
_ADDED_P99_US = 1000
_STALL_PACES = 10


@dataclass(frozen=True)
class Check:
    """A target beside its figure; `missed_by` is a share of the target, 0 or below where it is met."""

    what: str
    target: str
    got: str
    missed_by: float


def checks(measured: Measured) -> list[Check]:
    """Return a check for every figure that there is."""
    return [*_throughput(measured), *_latency(measured), *_paced(measured), *_books(measured)]


def _throughput(measured: Measured) -> Iterator[Check]:
    for kind, target in ((JSON, _JSON_RATIO), (STREAM, _STREAM_RATIO)):
        for cell in measured.cells:
            if cell.kind is kind and cell.connections == _AT:
                yield Check(
                    f"{kind.name}, {_AT} connections, share of nginx",
                    f">= {target}",
                    f"{cell.ratio:.3f}",
                    1 - cell.ratio / target,
                )


def _latency(measured: Measured) -> Iterator[Check]:
    for cell in measured.cells:
        if cell.kind is JSON and cell.direct is not None:
            added = cell.ours.p99_us - cell.direct.p99_us
            yield Check(
                "json, one connection, added p99",
                f"< {_ADDED_P99_US} us",
                f"{added:.0f} us",
                added / _ADDED_P99_US - 1,
            )


def _paced(measured: Measured) -> Iterator[Check]:
    if measured.event_micros is not None:
        ratio = measured.event_micros.ratio
        yield Check(
            "processor time of a paced event, times nginx's",
            f"<= {_EVENT_RATIO:.0f}",
            f"{ratio:.2f}",
            ratio / _EVENT_RATIO - 1,
        )
    for stall in measured.stalls:
        paces = stall.ours.gap_max_ms / stall.kind.pace_ms
        yield Check(
            f"{stall.streams} streams at {stall.kind.pace_ms} ms, largest gap",
            f"<= {_STALL_PACES} paces",
            f"{paces:.1f} paces",
            paces / _STALL_PACES - 1,
        )


def _books(measured: Measured) -> Iterator[Check]:
    if measured.verdict is not None:
        exact = measured.verdict.exact
        yield Check("the books", "exact", "exact" if exact else "NOT exact", 0.0 if exact else 1.0)
