"""Rows that a command is about to change, kept as they are until it has."""

from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.contracts.changes import NoSuch
from oblivious.infra.database.table import Table

Found = TypeVar("Found", bound=Table)


async def held(session: AsyncSession, row: Found) -> Found:
    """Return a row as it is now, which nobody else changes before the transaction ends.

    Raises:
        NoSuch: it has just been deleted.
    """
    again = await session.get(type(row), inspect(row).identity, with_for_update=True, populate_existing=True)
    if again is None:
        raise NoSuch("name", "it has just been deleted")
    return again
