"""Finds what the state store was never told: settled exchanges that its wallets still count as open."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.billing.bulk import one_of
from oblivious.billing.ledger import balances
from oblivious.billing.tables import USER, Account, Posting
from oblivious.infra.database.sessions import Sessions, reading
from oblivious.infra.state.protocol import Settled, StateStore


async def reconcile(maker: Sessions, store: StateStore, after: int, *, most: int = 100) -> int:
    """Compare some wallets with the ledger and tell the store what it missed.

    Args:
        maker: opens the ledger.
        store: whose wallets are compared.
        after: the last account of the previous call; 0 to begin.
        most: accounts to look at.

    Returns:
        What to pass as `after` next time; 0 when all accounts were seen.

    Raises:
        StateStoreError, SQLAlchemyError, OSError: one of the two is out of reach.
    """
    async with reading(maker) as session:
        accounts = await _next_accounts(session, after, most)
        settled = [
            missed
            for account_id in accounts
            if (missed := await _missed(session, store, account_id)) is not None
        ]
    if settled:
        await store.settle(settled)
    return accounts[-1] if len(accounts) == most else 0


async def _next_accounts(session: AsyncSession, after: int, most: int) -> list[int]:
    statement = (
        select(col(Account.id))
        .where(col(Account.id) > after, col(Account.kind) == USER)
        .order_by(col(Account.id))
        .limit(most)
    )
    return [number for number in (await session.execute(statement)).scalars() if number is not None]


async def _missed(session: AsyncSession, store: StateStore, account_id: int) -> Settled | None:
    posted: list[str] = []
    async for some in store.unsettled(account_id):
        posted += await _posted(session, some)
    if not posted:
        return None
    # After the postings: a balance that is newer than they are holds them all.
    balance, sequence = (await balances(session, [account_id]))[account_id]
    return Settled(account_id, posted, balance, sequence)


async def _posted(session: AsyncSession, exchange_ids: Sequence[str]) -> list[str]:
    if not exchange_ids:
        return []
    exchange = Posting.metadata.tables["postings"].c.exchange_id
    rows = await session.execute(select(exchange).where(one_of(session, exchange, exchange_ids)))
    return [found for found in rows.scalars() if found is not None]
