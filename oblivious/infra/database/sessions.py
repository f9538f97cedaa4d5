"""One transaction, from its first statement to its one commit."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from oblivious.infra.database.sqlite import WRITES

Sessions = async_sessionmaker[AsyncSession]

_WRITING = {WRITES: True}
_READING = {"postgresql_readonly": True}


def sessions(engine: AsyncEngine) -> Sessions:
    """Return what `reading` and `writing` open sessions with; rows stay usable after the end."""
    return async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def writing(maker: Sessions) -> AsyncGenerator[AsyncSession]:
    """Open a session that may write: committed once at the end, or rolled back whole.

    On SQLite it waits for its turn before the first statement, so it never fails halfway as "locked".
    Functions that are given a session never commit it.
    """
    async with maker() as session, session.begin():
        await session.connection(execution_options=_WRITING)
        yield session


@asynccontextmanager
async def reading(maker: Sessions) -> AsyncGenerator[AsyncSession]:
    """Open a session that only reads: whatever it wrote would be rolled back."""
    async with maker() as session:
        await session.connection(execution_options=_READING)
        yield session
