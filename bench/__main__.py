"""Measure the gateway beside nginx, both on one core, and write bench/RESULTS.md.

    python -m bench [--quick] [--only json --only paced ...] [--seconds 3] [--pairs 3]

One core carries what is measured: our one gateway process, or nginx. The other carries all else: wrk, the
upstream, PostgreSQL, Redis, RabbitMQ, the shipper, and the settlement worker at the lowest priority.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.cores import machine
from bench.exchanges import JSON, PACED_20, PACED_100, STREAM, TLS_JSON, TLS_STREAM, Kind
from bench.measured import Beside, Measured, Memory, Stall
from bench.pacing import Paced, micros_an_event, paced
from bench.readings import most_resident_bytes, resident_bytes
from bench.report import keep, tables
from bench.rig import Rig, rig
from bench.steps import measure_steps
from bench.throughput import measure
from bench.wrk import Target

CLOSED_LOOPS = {"json": JSON, "streams": STREAM, "tls-json": TLS_JSON, "tls-streams": TLS_STREAM}
STAGES = (*CLOSED_LOOPS, "first-byte", "paced", "steps")
CONNECTIONS = (1, 64, 256)
_STALLS = ((PACED_20, 400), (PACED_100, 2000))
_EVENT_STREAMS = 200


@dataclass(frozen=True)
class Plan:
    """What to run, and how long."""

    stages: tuple[str, ...]
    seconds: float
    pairs: int
    connections: tuple[int, ...]
    quick: bool


def main() -> int:
    """Measure, print, write."""
    plan = _plan()
    start = time.monotonic()
    measured = Measured()
    with rig() as at:
        at.gateway.start()
        _measure(at, plan, measured)
        at.gateway.stop()
        if "steps" in plan.stages:
            measured.steps = measure_steps(at.gateway, at.wrk, (JSON, STREAM), plan.seconds)
        at.books.drain()
        measured.verdict = at.books.audit()
    measured.seconds = time.monotonic() - start
    found = tables(measured)
    for heading, text in found.items():
        print(f"\n{heading}\n\n{text}")
    if not plan.quick:
        keep({"The run": _about(plan, measured), **found})
    return 0 if measured.verdict.exact else 1


def _measure(at: Rig, plan: Plan, measured: Measured) -> None:
    memory = measured.memory = Memory(idle=resident_bytes(at.gateway.measured()))
    for stage in plan.stages:
        if stage in CLOSED_LOOPS:
            for connections in plan.connections:
                kind = CLOSED_LOOPS[stage]
                measured.cells.append(
                    measure(at.lane(), kind, connections, pairs=plan.pairs, seconds=plan.seconds)
                )
                _say(stage, str(connections))
        elif stage == "first-byte":
            measured.first_bytes = [_beside(at, STREAM, 1, plan.seconds)]
        elif stage == "paced":
            _paced(at, plan, measured)
        memory.after[stage] = resident_bytes(at.gateway.measured())
        _say(stage, "done")
    settled = at.books.settled()
    measured.drain_seconds = at.books.drain()
    measured.drain_rate = (at.books.settled() - settled) / max(measured.drain_seconds, 0.1)
    memory.most = most_resident_bytes(at.gateway.measured()[0])
    memory.drained = resident_bytes(at.gateway.measured())


def _paced(at: Rig, plan: Plan, measured: Measured) -> None:
    seconds = plan.seconds * 3

    def stream(target: Target) -> Paced:
        return paced(target, PACED_20, _EVENT_STREAMS, seconds, at.cores.load)

    at.settle()
    measured.event_micros = Beside(
        nginx=micros_an_event(at.proxy.pids, lambda: stream(at.nginx(PACED_20))),
        ours=micros_an_event(at.gateway.measured, lambda: stream(at.gateway.target)),
    )
    for kind, streams in _STALLS:
        measured.stalls.append(_beside(at, kind, streams, seconds))


def _beside(at: Rig, kind: Kind, streams: int, seconds: float) -> Stall:
    targets = (at.direct(kind), at.nginx(kind), at.gateway.target)
    at.settle()
    return Stall(kind, streams, *(paced(target, kind, streams, seconds, at.cores.load) for target in targets))


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a smoke run of about a minute; writes nothing")
    parser.add_argument("--only", action="append", choices=STAGES, help="this stage; repeat for several")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each run")
    parser.add_argument("--pairs", type=int, default=3, help="of runs, nginx and ours in turn")
    asked = parser.parse_args()
    stages = tuple(asked.only or STAGES)
    if asked.quick:
        stages = tuple(asked.only or ("json", "streams", "first-byte", "paced"))
        return Plan(stages, 1.0, 1, (64,), quick=True)
    return Plan(stages, asked.seconds, asked.pairs, CONNECTIONS, quick=False)


def _say(*words: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S}", *words, file=sys.stderr)


def _about(plan: Plan, measured: Measured) -> str:
    return (
        f"`python -m bench {' '.join(sys.argv[1:])}`".replace(" `", "`")
        + f" on {datetime.now(UTC):%Y-%m-%d}, {measured.seconds / 60:.1f} minutes, "
        f"medians of {plan.pairs} pairs of runs of {plan.seconds:.0f} s. {machine()}.\n\n"
        "One core carries what is measured: our one gateway process, or nginx with `proxy_pass` and kept "
        "connections. The other core is shared by wrk or the paced client, the upstream (nginx with the echo "
        "module), PostgreSQL, Redis, RabbitMQ, the server's first process, the shipper, and the settlement "
        "worker at nice 19. nginx is measured while nothing of ours is left to settle; our runs carry their "
        "own settlement. Everything is on: a metered account with credit, a key with every limit, prices, "
        "the journal with its default syncs, metrics, a JSON log line an exchange."
    )


if __name__ == "__main__":
    sys.exit(main())
