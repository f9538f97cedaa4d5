"""Closed loops through nginx and through the gateway, in turn, so that both meet the same machine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.exchanges import Kind
from bench.readings import Groups, Meter
from bench.wrk import Loop, Target, Wrk

_WARM_SECONDS = 1


@dataclass(frozen=True)
class Cell:
    """One kind of exchange at one number of connections: medians of alternating runs.

    Attributes:
        busy: processor time of each group in the gateway's runs, as a share of one core.
        micros: processor time of the gateway process for each exchange.
    """

    kind: Kind
    connections: int
    direct: Loop | None
    nginx: Loop
    ours: Loop
    busy: dict[str, float]
    micros: float

    @property
    def ratio(self) -> float:
        """Return our rate as a share of nginx's."""
        return self.ours.rate / self.nginx.rate


@dataclass(frozen=True)
class Lane:
    """Everything a cell is measured with.

    Attributes:
        settle: waits until nothing of an earlier run is still being settled.
        groups: whose processor time is counted; the gateway is `OURS`.
    """

    wrk: Wrk
    nginx: Callable[[Kind], Target]
    direct: Callable[[Kind], Target]
    ours: Target
    settle: Callable[[], object]
    groups: Groups


OURS = "gateway"


def measure(lane: Lane, kind: Kind, connections: int, *, pairs: int, seconds: float) -> Cell:
    """Measure a cell. nginx runs on a quiet machine; what our run leaves to settle is settled after it."""
    nginx, ours, meters = [], [], []
    direct = lane.wrk.run(lane.direct(kind), kind, 1, seconds) if connections == 1 else None
    lane.wrk.run(lane.ours, kind, connections, _WARM_SECONDS)
    for _ in range(pairs):
        lane.settle()
        nginx.append(lane.wrk.run(lane.nginx(kind), kind, connections, seconds))
        meter = Meter(lane.groups)
        ours.append(lane.wrk.run(lane.ours, kind, connections, seconds))
        meters.append(meter.since())
    return Cell(
        kind, connections, direct, _middle(nginx), _middle(ours),
        busy=_busy(meters, ours), micros=sum(m[OURS] for m in meters) / sum(o.requests for o in ours) * 1e6,
    )  # fmt: skip


def _busy(meters: Sequence[dict[str, float]], loops: Sequence[Loop]) -> dict[str, float]:
    wall = sum(loop.seconds for loop in loops)
    return {name: sum(meter[name] for meter in meters) / wall for name in meters[0]}


def _middle(loops: Sequence[Loop]) -> Loop:
    """Return a loop that has the median of each figure."""
    return Loop(
        requests=sum(loop.requests for loop in loops),
        seconds=sum(loop.requests for loop in loops) / median(loop.rate for loop in loops),
        p50_us=median(loop.p50_us for loop in loops),
        p99_us=median(loop.p99_us for loop in loops),
        refused=0,
        broken=0,
    )
