"""Outcomes that could not be settled, kept in the database where no broker keeps them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.billing.marks import mark_settled
from oblivious.billing.tables import DeadLetter
from oblivious.contracts.events import Outcome
from oblivious.infra.database.sessions import Sessions, writing
from oblivious.infra.database.types import utc_now

_outcomes = msgspec.json.Decoder(Outcome)


class DeadLetters:
    """The box for a settlement that reads journals directly."""

    def __init__(self, maker: Sessions) -> None:
        self._maker = maker

    async def put(self, rejected: Sequence[tuple[Outcome, str]]) -> None:
        """Keep them, and count them as done in their journals, in one transaction.

        Raises:
            SQLAlchemyError, OSError: the database is out of reach; nothing was kept.
        """
        now = utc_now()
        letters = [
            {
                "exchange_id": outcome.opened.exchange_id.replace("\0", ""),
                "body": msgspec.json.encode(outcome),
                "reason": reason.replace("\0", ""),
                "created_at": now,
            }
            for outcome, reason in rejected
        ]
        async with writing(self._maker) as session:
            await session.execute(insert(DeadLetter), letters)
            await mark_settled(session, [outcome for outcome, _ in rejected])


async def list_dead_letters(session: AsyncSession, *, limit: int = 100) -> list[dict[str, Any]]:
    """Return what waits for a person, the oldest first."""
    statement = (
        select(
            col(DeadLetter.id),
            col(DeadLetter.exchange_id),
            col(DeadLetter.reason),
            col(DeadLetter.created_at),
        )
        .order_by(col(DeadLetter.id))
        .limit(limit)
    )
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def read_dead_letters(session: AsyncSession, *, limit: int = 100) -> list[tuple[int, Outcome]]:
    """Return the outcomes themselves with the numbers of their letters, the oldest first."""
    statement = select(col(DeadLetter.id), col(DeadLetter.body)).order_by(col(DeadLetter.id)).limit(limit)
    rows = await session.execute(statement)
    return [(number, _outcomes.decode(body)) for number, body in rows if number is not None]


async def drop_dead_letters(session: AsyncSession, numbers: Sequence[int]) -> None:
    """Forget letters whose outcomes are settled."""
    await session.execute(delete(DeadLetter).where(col(DeadLetter.id).in_(numbers)))
