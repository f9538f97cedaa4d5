"""What a take and a finish cost: CPU of the gateway's process and of Redis, microseconds a pair.

Run it with `python -m bench.state_store`. It starts a Redis of its own, pins it and itself to one core each,
and lets 64 callers take and finish at once.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop

from oblivious.contracts.ids import new_id
from oblivious.contracts.meters import Meter, MeterKind, Need
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import Settled, StateStore
from oblivious.infra.state.redis.store import RedisStateStore

CALLERS = 64
ACCOUNTS = 8
PAIRS = 25
ROUNDS = 25
PLENTY = 1 << 40

CORRECTIONS = (0, -100, 0, 0, -100, 0)
_KEY_LIMITS = (
    Meter("requests per minute of the key", "k1:rpm", MeterKind.WINDOW, PLENTY, 1, 60_000),
    Meter("tokens per minute of the key", "k1:tpm", MeterKind.WINDOW, PLENTY, 500, 60_000),
    Meter("exchanges in flight of the key", "k1:now", MeterKind.GAUGE, PLENTY),
)
METERS = {
    "no limits": (),
    "key limits": _KEY_LIMITS,
    "six limits": (
        *_KEY_LIMITS,
        Meter("requests per minute of the account", "a:rpm", MeterKind.WINDOW, PLENTY, 1, 60_000),
        Meter("tokens per minute of the account", "a:tpm", MeterKind.WINDOW, PLENTY, 500, 60_000),
        Meter("exchanges in flight of the account", "a:now", MeterKind.GAUGE, PLENTY),
    ),
}


class Cost:
    """CPU of our process and of Redis, and time, in seconds; each use as a context is a round."""

    def __init__(self, redis: int | None) -> None:
        self._redis = redis
        self._rounds: list[list[float]] = []

    @property
    def spent(self) -> list[float]:
        """The median over the rounds: others share this machine."""
        return [median(column) for column in zip(*self._rounds, strict=True)]

    def __enter__(self) -> None:
        self._began = self._read()

    def __exit__(self, *failed: object) -> None:
        now = self._read()
        self._rounds.append([after - before for before, after in zip(self._began, now, strict=True)])

    def _read(self) -> list[float]:
        return [time.process_time(), _cpu_seconds(self._redis), time.perf_counter()]


async def main() -> None:
    """Measure each store with each set of meters and print a table."""
    print(f"{CALLERS} callers, {ACCOUNTS} accounts; microseconds each")
    print(f"{'store':7} {'meters':11} {'':16} {'ours':>8} {'redis':>8} {'elapsed':>8}")
    for name, meters in METERS.items():
        await _measure("memory", name, MemoryStateStore(), meters, None)
        with _redis() as (url, pid):
            store = RedisStateStore(url)
            await store.open()
            await _measure("redis", name, store, meters, pid)
            await store.close()


async def _measure(
    title: str, name: str, store: StateStore, meters: tuple[Meter, ...], redis: int | None
) -> None:
    """Play rounds: all callers take and finish, then the ledger catches up."""
    pairs, settled = Cost(redis), Cost(redis)
    for account in range(ACCOUNTS):
        await store.seed(account, PLENTY, 1)
    await _round(store, meters)
    for _ in range(ROUNDS):
        with pairs:
            ended = await _round(store, meters)
        with settled:
            await store.settle(
                [
                    Settled(account, list(chain(*ended[account::ACCOUNTS])), PLENTY, 1)
                    for account in range(ACCOUNTS)
                ]
            )
    print(_row(title, name, "take and finish", pairs.spent))
    print(_row(title, name, "settle", settled.spent))


async def _round(store: StateStore, meters: tuple[Meter, ...]) -> list[list[str]]:
    return await asyncio.gather(*[_call(store, meters, caller % ACCOUNTS) for caller in range(CALLERS)])


async def _call(store: StateStore, meters: tuple[Meter, ...], account: int) -> list[str]:
    """Take and finish, one exchange after the other."""
    ended: list[str] = []
    for _ in range(PAIRS):
        need = Need(new_id(), account, 2_500_000, 0, meters, 60_000)
        if (await store.take(need)).refused_by >= 0 or store.lost_ends:
            sys.exit("the store refused: these figures would be worth nothing")
        store.finish(need, 1_200_000, CORRECTIONS)
        ended.append(need.exchange_id)
    return ended


def _row(store: str, meters: str, what: str, spent: list[float]) -> str:
    exchanges = CALLERS * PAIRS
    return f"{store:7} {meters:11} {what:16}" + "".join(f"{x / exchanges * 1e6:>9.1f}" for x in spent)


def _cpu_seconds(pid: int | None) -> float:
    """Return the CPU time of a process with one busy thread."""
    if pid is None:
        return 0
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@contextmanager
def _redis() -> Iterator[tuple[str, int]]:
    """Run a Redis of our own on the last core."""
    with TemporaryDirectory() as folder:
        path = f"{folder}/redis.sock"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with subprocess.Popen([*command, "--unixsocket", path], stdout=subprocess.DEVNULL) as server:
            os.sched_setaffinity(server.pid, {max(os.sched_getaffinity(0) | CORES)})
            try:
                _wait_for(Path(path))
                yield f"redis://127.0.0.1:{port}/0", server.pid
            finally:
                server.terminate()


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 5
    while not path.exists():
        if time.monotonic() > deadline:
            sys.exit("redis-server did not start")
        time.sleep(0.01)


CORES = frozenset(os.sched_getaffinity(0))

if __name__ == "__main__":
    os.sched_setaffinity(0, {min(CORES)})
    uvloop.run(main())
