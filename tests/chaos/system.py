"""A whole installation under chaos: its callers, its parts, and what its books must say in the end."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from oblivious.contracts.events import INTERRUPTED
from oblivious.contracts.money import NANO
from tests.chaos.books import Bookkeeper, Books, Row, bookkeeper
from tests.chaos.evening import evened
from tests.chaos.kinds import COUNTED, CROSSED, MODELS, UNSTEADY
from tests.chaos.load import Load
from tests.chaos.processes import of_role
from tests.installation import Installation, Part, installed

EXCHANGES = 2000

_WEALTH = 1000 * NANO
_POCKET_MONEY = NANO // 50
_SETTINGS = {
    "OBLIVIOUS_DEMO": "false",
    "OBLIVIOUS_LEASE_SECONDS": "6",
    "OBLIVIOUS_DRAIN_SECONDS": "20",
    "OBLIVIOUS_LOG_LEVEL": "warning",
}
_MUCH = ("--rpm=1000000", "--tpm=1000000000", "--concurrency=10000")


@dataclass(frozen=True)
class Caller:
    """Somebody with an account of their own."""

    key: str
    account_id: int


def caller(installation: Installation, name: str, group: str = "default") -> Caller:
    """Add somebody with a key that is not limited."""
    user = installation.do("user", "create", f"--email={name}@example.org", f"--group={group}")
    made = installation.do("key", "create", f"--name={name}", f"--user={name}@example.org", *_MUCH)
    return Caller(made["key"], user["account_id"])


@dataclass(frozen=True)
class Toll:
    """What a case came to once the dust has settled, counted in usage rows of those who asked.

    The gateway itself asks a channel that was held back and that nobody asked since: on a slow machine, too.

    Attributes:
        unheard: their clients never heard the end of the answer, and did not leave by themselves.
    """

    exchanges: int
    settled: int
    interrupted: int
    unheard: int


class System:
    """An installation, its callers and its processes.

    Attributes:
        fair, strict: callers with more money than they can spend.
        poor: a `strict` caller with so little that it runs out in the middle of every load.
        server: the main process of the gateway that runs now.
        consumers: the processes of `oblivious worker`.
    """

    server: Part

    def __init__(self, installation: Installation, *, consumers: int = 0) -> None:
        self.installation = installation
        self.url = installation.url
        self.served = installation.folder / "served.jsonl"
        self._offer(installation.demo("--log", str(self.served)))
        self.fair = caller(installation, "fair", "default")
        self.strict = caller(installation, "strict", "strict")
        self.poor = caller(installation, "poor", "strict")
        self.consumers: list[Part] = []
        for _ in range(consumers):
            self.add_consumer()

    @property
    def database_url(self) -> str:
        """Where the books are."""
        sqlite = self.installation.folder / "var" / "oblivious.sqlite"
        return self.installation.env.get("OBLIVIOUS_DATABASE_URL", f"sqlite+aiosqlite:///{sqlite}")

    def of_role(self, role: str) -> list[int]:
        """Return the `worker` or `shipper` processes of the server."""
        return of_role(self.server.pid, role)

    def add_consumer(self) -> None:
        """Start one more process that settles."""
        self.consumers.append(self.installation.part("worker"))

    def start(self) -> None:
        """Start the gateway on the data it has, and wait until it can serve."""
        self.server = self.installation.serve()

    def _offer(self, upstream: str) -> None:
        """Add a channel with every model, and one that is asked first and always fails."""
        add = ["channel", "add", "--provider=demo", f"--base-url={upstream}"]
        mapped = {model.name: f"--map={model.name}={model.upstream}" for model in MODELS.values()}
        crossed = mapped.pop(CROSSED.name)
        self.installation.do(*add, "--name=good", f"--models={','.join(mapped)}", *mapped.values())
        elsewhere = ["channel", "add", "--provider=anthropic", f"--base-url={upstream}", "--api-key=sk-any"]
        self.installation.do(*elsewhere, "--name=crossed", f"--models={CROSSED.name}", crossed)
        failing = f"--map={UNSTEADY.name}={COUNTED.upstream}@status-503"
        self.installation.do(*add, "--name=bad", "--priority=9", f"--models={UNSTEADY.name}", failing)
        for model in MODELS.values():
            paid_in, paid_out = model.rates
            self.installation.do("price", "set", model.name, f"--input={paid_in}", f"--output={paid_out}")


@contextmanager
def system_on(folder: Path, settings: dict[str, str], *, consumers: int = 0) -> Iterator[System]:
    """Set up and start an installation with its upstream; everything it started ends with it."""
    with installed(folder, {**_SETTINGS, **settings}) as installation:
        system = System(installation, consumers=consumers)
        system.start()
        yield system


class Ordeal:
    """One case of chaos on a running system: a load, and the audit after it."""

    def __init__(self, system: System, books: Bookkeeper, load: Load, before: Books) -> None:
        self.system = system
        self.load = load
        self._books = books
        self._before = before
        self._began = time.monotonic()
        self._running = asyncio.create_task(load.run())

    def nothing_settled(self) -> AbstractAsyncContextManager[object]:
        """Keep settlement waiting while the block lasts, which must not be long; SQLite only."""
        return self._books.locked()

    async def reached(self, exchanges: int = EXCHANGES // 3) -> None:
        """Wait until so many exchanges have ended; others are under way."""
        await self.load.reached(exchanges)

    async def stop(self) -> None:
        """End the load, whatever is under way."""
        self._running.cancel()
        await asyncio.wait([self._running])

    async def over(self) -> None:
        """Wait until every client has heard its last answer."""
        await self._running

    async def settled(self) -> Toll:
        """Wait until the load is over and the dust has settled; return what it came to.

        Raises:
            AssertionError: the books still differ when the time is up; says in what.
        """
        await self.over()
        books = await evened(self._books, self._before, self.load.heard)
        return self._toll([row for row in books.rows if row["account_id"] in self._books.accounts])

    def _toll(self, rows: Sequence[Row]) -> Toll:
        interrupted = sum(row["status"] == INTERRUPTED for row in rows)
        answered = self.load.answered
        unheard = sum(row["exchange_id"] not in answered for row in rows)
        toll = Toll(len(rows), len(rows) - interrupted, interrupted, unheard)
        # Shown by `pytest -rP`, and where a case fails.
        sys.stdout.write(f"{toll} in {time.monotonic() - self._began:.1f} s\n")
        assert len(rows) >= self.load.exchanges
        assert self.load.refusals("does not cover", self.system.poor.key) or not self.load.asks(
            self.system.poor.key
        )
        return toll


@asynccontextmanager
async def ordeal(system: System, *, exchanges: int = EXCHANGES, poor: bool = True) -> AsyncIterator[Ordeal]:
    """Put a system under load; the load ends with the block at the latest.

    Without `poor` only those ask who have more money than they can spend.
    """
    redis_url = system.installation.env.get("OBLIVIOUS_REDIS_URL")
    money = {system.fair: _WEALTH, system.strict: _WEALTH, system.poor: _POCKET_MONEY}
    asking = [system.fair, system.strict] * 2 + [system.poor] * poor
    accounts = [caller.account_id for caller in money]
    async with bookkeeper([system.served], system.database_url, redis_url, accounts) as books:
        await books.credit({caller.account_id: amount for caller, amount in money.items()})
        load = Load(system.url, [caller.key for caller in asking], exchanges=exchanges)
        under_load = Ordeal(system, books, load, await books.read())
        try:
            yield under_load
        finally:
            await under_load.stop()
