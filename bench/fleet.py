"""Fifty upstreams of which many fail at any time: our gateway beside a naive weighted random pick.

    python -m bench.fleet [--exchanges 10000]

Both meet the same fleet with the same plot, freshly begun, and the same requests of a hundred clients. What
is added to an answer is the client's time less that of the attempt that served it, by the upstream's own log.
Ours includes the gateway itself and its settlement; the naive pick is a loop in the client, and is free.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from bench.cores import machine
from bench.naive import REST_SECONDS, TRIES, Naive
from bench.report import keep, table
from oblivious.demo.served import Served
from tests.chaos.fleet import CLIENTS, KINDS, Fleet, fleet_on, started_fleet
from tests.chaos.fleet_plot import FIRST_BYTE_SECONDS, UPPER, UPSTREAMS
from tests.chaos.load import Heard
from tests.services.choice import POSTGRES, REDIS, private_server

_EXCHANGES = 10_000
_PERCENTILES = (0.5, 0.9, 0.99)


@dataclass(frozen=True)
class Faced:
    """What a pick came to.

    Attributes:
        failures: requests whose client was not answered whole.
        broken: those of them whose answer began well.
        attempts: all that reached the upstreams.
        added_ms: what was added to each whole answer, sorted.
    """

    requests: int
    failures: int
    broken: int
    attempts: int
    added_ms: Sequence[float]

    def added(self, share: float) -> float:
        """Return the percentile of what was added, in milliseconds."""
        return self.added_ms[min(len(self.added_ms) - 1, int(share * len(self.added_ms)))]


def faced(heard: Sequence[Heard], served: Sequence[Served]) -> Faced:
    """Compare what clients heard with what upstreams served."""
    serving: dict[str, Served] = {}
    for one in sorted(served, key=lambda one: one.at):
        serving[one.attempt_id.rpartition("-")[0]] = one
    whole = [one for one in heard if one.whole]
    return Faced(
        len(heard),
        len(heard) - len(whole),
        sum(one.status == HTTPStatus.OK and not one.whole for one in heard),
        len(served),
        sorted(one.ms - serving[one.exchange_id].ms for one in whole),
    )


def ours(fleet: Fleet, exchanges: int) -> Faced:
    """Ask through the gateway; whoever is billed wrong breaks the run off."""
    load, books = asyncio.run(fleet.asked(exchanges, REST_SECONDS))
    return faced(load.heard, books.served)


def naive(fleet: Fleet, exchanges: int) -> Faced:
    """Ask a fleet of the same kind, freshly begun, by the naive pick."""
    upstreams = started_fleet(fleet.installation, "naive")
    picking = Naive(upstreams, KINDS)
    asyncio.run(picking.run(exchanges, CLIENTS))
    return faced(picking.heard, upstreams.all_served())


def main() -> int:
    """Measure both, print, write; fail if a client of ours saw a fault."""
    parser = argparse.ArgumentParser(prog="python -m bench.fleet", description=__doc__)
    parser.add_argument("--exchanges", type=int, default=_EXCHANGES)
    exchanges = parser.parse_args().exchanges
    with ExitStack() as stack:
        postgres, redis = (stack.enter_context(private_server(kind)) for kind in (POSTGRES, REDIS))
        urls = {
            "OBLIVIOUS_DATABASE_URL": asyncio.run(postgres.fresh()),
            "OBLIVIOUS_REDIS_URL": redis.url,
        }
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="oblivious-fleet-"))
        fleet = stack.enter_context(fleet_on(Path(folder), urls))
        found = {"ours": ours(fleet, exchanges), "naive weighted random": naive(fleet, exchanges)}
    text = _written(found)
    print(text)
    if exchanges >= _EXCHANGES:
        keep({"The fleet": text})
    return 1 if found["ours"].failures else 0


def _written(found: Mapping[str, Faced]) -> str:
    percentiles = [f"added p{100 * share:.0f}" for share in _PERCENTILES]
    head = ["", "failures", "of them after a 200", "attempts a request", *percentiles]
    rows = [
        [
            name,
            f"{one.failures:,}",
            f"{one.broken:,}",
            f"{one.attempts / one.requests:.3f}",
            *(f"{one.added(share):,.1f} ms" for share in _PERCENTILES),
        ]
        for name, one in found.items()
    ]
    return (
        f"`python -m bench.fleet` on {datetime.now(UTC):%Y-%m-%d}, {machine()}: "
        f"{found['ours'].requests:,} requests of {CLIENTS} clients, chat and messages, JSON and streams; "
        f"each rests for {REST_SECONDS * 1000:.0f} ms between an answer and its next request. {UPSTREAMS} "
        f"upstreams in one process, {len(UPPER)} of them in the upper of two tiers, fail by the plot in "
        "`tests/chaos/fleet_plot.py`; there is always one that is well. Clients, gateway (two workers, its "
        "settlement), upstreams, PostgreSQL and Redis share the cores.\n\n"
        "What is added is the client's time less that of the attempt that served it, of whole answers only. "
        f"The naive pick draws by weight from the upper tier, and up to {TRIES - 1} times more from all "
        "upstreams when a status is 400 or more, a connection breaks, or nothing comes within "
        f"{FIRST_BYTE_SECONDS} s; it is a loop in the client and costs nothing itself.\n\n"
        + table(head, rows)
    )


if __name__ == "__main__":
    sys.exit(main())
