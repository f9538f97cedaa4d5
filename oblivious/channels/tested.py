"""What the last test of each channel key came to."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.channels.tables import ChannelKey, ChannelTest
from oblivious.infra.database.types import UtcDateTime

_RECORD = text(
    "INSERT INTO channel_tests "
    "(channel_key_id, model, dialect, stream, channel_id, ok, status, ms, error, at) "
    "VALUES (:channel_key_id, :model, :dialect, :stream, :channel_id, :ok, :status, :ms, :error, :at) "
    "ON CONFLICT (channel_key_id, model, dialect, stream) DO UPDATE SET channel_id = excluded.channel_id, "
    "ok = excluded.ok, status = excluded.status, ms = excluded.ms, error = excluded.error, at = excluded.at"
).bindparams(bindparam("at", type_=UtcDateTime))


async def record_test(session: AsyncSession, test: ChannelTest) -> None:
    """Keep a test in the place of the one before it, if there was one; of a key that is gone nothing is kept.

    Whoever deletes the key meanwhile waits, and then finds the test.
    """
    key = select(col(ChannelKey.id)).where(col(ChannelKey.id) == test.channel_key_id)
    if await session.scalar(key.with_for_update(read=True, key_share=True)) is not None:
        await session.execute(_RECORD, test.model_dump())


async def forget_tests(session: AsyncSession, key_ids: Collection[int]) -> None:
    """Drop what tests of these keys came to, once the keys are deleted in the same transaction."""
    await session.execute(delete(ChannelTest).where(col(ChannelTest.channel_key_id).in_(key_ids)))


async def list_tests(session: AsyncSession, channel_id: int | None = None) -> list[ChannelTest]:
    """Return the last tests of one channel or of all, the newest first."""
    tests = select(ChannelTest).order_by(col(ChannelTest.at).desc())
    if channel_id is not None:
        tests = tests.where(col(ChannelTest.channel_id) == channel_id)
    return list(await session.scalars(tests))
