"""What operators are told of."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.channels.tables import Notice


async def newest_notices(session: AsyncSession, limit: int = 100) -> list[Notice]:
    """Return the last notices, the oldest of them first."""
    newest = await session.scalars(select(Notice).order_by(col(Notice.id).desc()).limit(limit))
    return list(newest)[::-1]
