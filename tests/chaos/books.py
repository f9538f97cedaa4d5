"""Everything that anybody has written down of what happened, read afresh."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from oblivious.billing.invariants import violations
from oblivious.billing.ledger import Balance, balances, credit
from oblivious.billing.queries import list_usage
from oblivious.demo.served import Served, read_served
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import Sessions, reading, sessions, writing
from oblivious.infra.state.protocol import StateStore, WalletView
from oblivious.infra.state.redis.store import RedisStateStore

Row = Mapping[str, Any]
_ALL = 1_000_000


@dataclass(frozen=True)
class Books:
    """What the upstream, the database and the state store say.

    Attributes:
        served: the upstreams' own logs, without what was no exchange's: lists of models and the like.
        rows: usage rows.
        violations: what is wrong with the ledger in itself.
        balances: of the accounts that were asked for, by the ledger.
        wallets: the same accounts in the state store; empty where that lives inside the gateway.
    """

    served: Sequence[Served]
    rows: Sequence[Row]
    violations: Sequence[str]
    balances: Mapping[int, Balance]
    wallets: Mapping[int, WalletView | None] = field(default_factory=dict[int, WalletView | None])

    def since(self, before: "Books") -> "Books":
        """Return the books without what was served and billed before."""
        old_attempts = {one.attempt_id for one in before.served}
        old_rows = {row["exchange_id"] for row in before.rows}
        return replace(
            self,
            served=[one for one in self.served if one.attempt_id not in old_attempts],
            rows=[row for row in self.rows if row["exchange_id"] not in old_rows],
        )


class Bookkeeper:
    """Reads the books of one installation.

    Attributes:
        accounts: the numbers of those who ask.
    """

    def __init__(
        self, served: Sequence[Path], maker: Sessions, store: StateStore | None, accounts: Sequence[int]
    ) -> None:
        self._served = served
        self._maker = maker
        self._store = store
        self.accounts = accounts

    async def read(self) -> Books:
        """Return what is written by now.

        Raises:
            StoreUnreachable, DATABASE_LOST: one of them is down.
        """
        async with reading(self._maker) as session:
            rows = await list_usage(session, limit=_ALL)
            wrong = await violations(session)
            known = await balances(session, self.accounts)
        store = self._store
        wallets = {} if store is None else {number: await store.wallet(number) for number in self.accounts}
        logs = [read_served(log) for log in self._served if log.exists()]
        served = [one for log in logs for one in log if one.attempt_id]
        return Books(served, rows, wrong, known, wallets)

    def locked(self) -> AbstractAsyncContextManager[object]:
        """Keep everybody from writing to the database, while others may read; SQLite only."""
        return writing(self._maker)

    async def credit(self, amounts: Mapping[int, int]) -> None:
        """Give accounts money, nano-USD."""
        async with writing(self._maker) as session:
            for account_id, amount in sorted(amounts.items()):
                await credit(session, account_id, amount, "for a load")


@asynccontextmanager
async def bookkeeper(
    served: Sequence[Path], database_url: str, redis_url: str | None, accounts: Sequence[int]
) -> AsyncIterator[Bookkeeper]:
    """Open what is needed to read the books; without a Redis there are no wallets to be seen."""
    engine = create_engine(database_url)
    store = RedisStateStore(redis_url) if redis_url else None
    try:
        if store is not None:
            await store.open()
        yield Bookkeeper(served, sessions(engine), store, accounts)
    finally:
        if store is not None:
            await store.close()
        await engine.dispose()
