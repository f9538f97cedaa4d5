"""All that one run has found out."""

from dataclasses import dataclass, field

from bench.audit import Verdict
from bench.exchanges import Kind
from bench.pacing import Paced
from bench.steps import Step
from bench.throughput import Cell


@dataclass(frozen=True)
class Beside:
    """The same figure for the upstream alone (where it has one), nginx and the gateway."""

    nginx: float
    ours: float

    @property
    def ratio(self) -> float:
        """Return our figure in multiples of nginx's."""
        return self.ours / self.nginx


@dataclass(frozen=True)
class Stall:
    """Paced streams straight from the upstream, through nginx, and through the gateway."""

    kind: Kind
    streams: int
    direct: Paced
    nginx: Paced
    ours: Paced


@dataclass
class Memory:
    """Bytes that the gateway process had in use: before any load, after each, at most, and at the end."""

    idle: int = 0
    after: dict[str, int] = field(default_factory=dict)
    most: int = 0
    drained: int = 0


@dataclass
class Measured:
    """The figures of a run; what was not asked for is missing."""

    cells: list[Cell] = field(default_factory=list)
    first_bytes: list[Stall] = field(default_factory=list)
    event_micros: Beside | None = None
    stalls: list[Stall] = field(default_factory=list)
    memory: Memory | None = None
    verdict: Verdict | None = None
    drain_seconds: float = 0.0
    drain_rate: float = 0.0
    steps: list[Step] = field(default_factory=list)
    seconds: float = 0.0
