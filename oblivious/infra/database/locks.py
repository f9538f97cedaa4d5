"""Tables that only one transaction writes to."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.infra.database.table import Table


async def hold_tables(session: AsyncSession, tables: Sequence[type[Table]]) -> None:
    """Let nobody else write to these tables until the transaction ends; everybody may read them.

    It waits for those who are writing, and is the first thing a transaction does: whoever takes the rows
    one by one, in an order of its own, could wait for ever for someone who waits for it. On SQLite a
    transaction that may write is alone already.
    """
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(f'"{table.__tablename__}"' for table in tables)
        await session.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
