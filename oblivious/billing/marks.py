"""How far the journals are settled, as settlement itself wrote it down."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.billing.bulk import insert_rows
from oblivious.billing.tables import JournalRow
from oblivious.contracts.events import Outcome
from oblivious.infra.bus.marks import Mark, merge
from oblivious.infra.database.sessions import Sessions, reading
from oblivious.infra.database.types import utc_now


class DatabaseMarks:
    """Reads the marks that the shipper asks for."""

    def __init__(self, maker: Sessions) -> None:
        self._maker = maker

    async def read(self, journals: Sequence[str]) -> Mapping[str, Mark]:
        """Return the marks of those journals that have one.

        Raises:
            SQLAlchemyError, OSError: the database is out of reach.
        """
        async with reading(self._maker) as session:
            rows = await session.execute(select(JournalRow).where(col(JournalRow.id).in_(journals)))
            return {row.id: _mark(row.settled_to, row.above) for row in rows.scalars()}


async def mark_settled(session: AsyncSession, outcomes: Iterable[Outcome]) -> None:
    """Note that these outcomes are done. Writers of one journal wait for each other until their commit."""
    numbers: dict[str, list[int]] = {}
    for outcome in outcomes:
        numbers.setdefault(outcome.journal, []).append(outcome.number)
    # In one order everywhere, or two settlers could wait for each other for ever.
    journals = sorted(numbers)
    marks = await _lock(session, journals)
    if len(marks) < len(journals):
        await _begin(session, [journal for journal in journals if journal not in marks])
        marks = await _lock(session, journals)
    now = utc_now()
    await session.execute(
        update(JournalRow),
        [
            _row(journal, merge(marks[journal], numbers[journal])) | {"updated_at": now}
            for journal in journals
        ],
    )


async def _lock(session: AsyncSession, journals: Sequence[str]) -> dict[str, Mark]:
    statement = (
        select(col(JournalRow.id), col(JournalRow.settled_to), col(JournalRow.above))
        .where(col(JournalRow.id).in_(journals))
        .order_by(col(JournalRow.id))
        .with_for_update()
    )
    rows = await session.execute(statement)
    return {journal: _mark(settled_to, above) for journal, settled_to, above in rows}


async def _begin(session: AsyncSession, journals: Sequence[str]) -> None:
    now = utc_now()
    rows = [_row(journal, Mark()) | {"updated_at": now} for journal in journals]
    await insert_rows(session, "journals", rows, unless_there=True)


def _row(journal: str, mark: Mark) -> dict[str, Any]:
    return {"id": journal, "settled_to": mark.settled_to, "above": [list(both) for both in mark.above]}


def _mark(settled_to: int, above: Sequence[Sequence[int]]) -> Mark:
    return Mark(settled_to, tuple((first, last) for first, last in above))
