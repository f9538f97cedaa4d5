"""A ledger, a state store that can go away, and ways to look at both."""

import asyncio
from collections.abc import Sequence

from typing_extensions import override

from oblivious.billing.invariants import violations
from oblivious.billing.ledger import Balance, balances, create_account, credit
from oblivious.billing.marks import DatabaseMarks
from oblivious.billing.settlement import Settlement
from oblivious.contracts.meters import Need
from oblivious.infra.bus.marks import Mark
from oblivious.infra.database.sessions import Sessions, reading, writing
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.memory import MemoryStateStore
from oblivious.infra.state.protocol import Settled

FUNDS = 1_000_000


class Store(MemoryStateStore):
    """A state store that can be put out of reach of settlement."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.broken: Exception | None = None
        self.told: list[Settled] = []
        self.heard = asyncio.Event()

    @override
    async def settle(self, settled: Sequence[Settled]) -> None:
        if self.broken is not None:
            raise self.broken
        if self.away:
            raise StoreUnreachable("as the test wants it")
        self.told.extend(settled)
        await super().settle(settled)
        self.heard.set()

    async def spend(self, account_id: int, exchange_id: str, amount: int) -> None:
        """Admit an exchange and end it, as the road does."""
        need = Need(exchange_id, account_id, amount, None, (), 60_000)
        await self.take(need)
        self.finish(need, amount, ())


class Books:
    """A ledger, its settlement, and ways to look at both."""

    def __init__(self, maker: Sessions) -> None:
        self.maker = maker
        self.store = Store()
        self.settlement = Settlement(maker, self.store)

    async def account(self, name: str = "somebody", nano: int = FUNDS) -> int:
        """Open an account with money."""
        async with writing(self.maker) as session:
            account_id = await create_account(session, name=name)
            await credit(session, account_id, nano, "for the test")
        return account_id

    async def balance(self, account_id: int) -> Balance:
        """Return balance and sequence."""
        async with reading(self.maker) as session:
            return (await balances(session, [account_id]))[account_id]

    async def violations(self) -> list[str]:
        """Return what is wrong with the books."""
        async with reading(self.maker) as session:
            return await violations(session)

    async def mark(self, journal: str = "boot") -> Mark | None:
        """Return how far a journal is settled."""
        return (await DatabaseMarks(self.maker).read([journal])).get(journal)
