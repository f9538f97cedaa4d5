"""Tables that only one transaction writes to."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.infra.database.table import Table


async def hold_tables(session: AsyncSession, tables: Sequence[type[Table]]) -> None:
    """Let nobody else write to these tables, or hold rows of them, until the transaction ends; all may read.

    It waits for those who do, and is the first thing a transaction does: whoever takes the rows one by one,
    in an order of its own, could wait for ever for someone who waits for it. So it would for someone who
    holds a row and is yet to write it, which a weaker lock lets be. On SQLite a transaction that may write is
    alone already.
    """
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(f'"{table.__tablename__}"' for table in tables)
        await session.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
