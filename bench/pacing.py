"""Many paced streams at once: what an event costs, and whether any of them ever stalls."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from bench.cores import leashed
from bench.exchanges import Kind
from bench.readings import cpu_seconds
from bench.wrk import Target


@dataclass(frozen=True)
class Paced:
    """What the client of paced streams saw; milliseconds."""

    finished: int
    broken: int
    events: int
    gap_p50_ms: float
    gap_p999_ms: float
    gap_max_ms: float
    first_byte_p50_ms: float
    first_byte_p99_ms: float


def paced(target: Target, kind: Kind, streams: int, seconds: float, core: int) -> Paced:
    """Keep `streams` streams going for `seconds`, seen by a client process on `core`.

    Raises:
        SystemExit: a stream was cut; the figures would mean nothing.
    """
    spread = min(1.0, seconds / 4) if streams > 1 else 0.0
    command = [
        sys.executable, "-m", "bench.paced_client", "--url", target.base, "--key", target.key,
        "--kind", kind.name, "--streams", str(streams), "--seconds", str(seconds), "--spread-s", str(spread),
    ]  # fmt: skip
    done = subprocess.run(leashed(command, core), check=True, stdout=subprocess.PIPE, text=True)
    seen = Paced(**json.loads(done.stdout))
    if seen.broken or not seen.finished:
        raise SystemExit(f"{streams} streams of {kind.name} at {target.base}: {seen}")
    return seen


def micros_an_event(pids: Callable[[], list[int]], stream: Callable[[], Paced]) -> float:
    """Return the processor time that `pids` take for each event while `stream` runs."""
    before = cpu_seconds(pids())
    seen = stream()
    return (cpu_seconds(pids()) - before) / seen.events * 1e6
