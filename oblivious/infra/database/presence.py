"""Which gateways are alive, as the database sees them."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from oblivious.infra.database.clock import database_now
from oblivious.infra.database.table import Table
from oblivious.infra.database.types import UtcDateTime

SILENT_AFTER = timedelta(seconds=5)
_FORGOTTEN_AFTER = timedelta(days=1)


class Gateway(Table, table=True):
    """One life of a gateway worker.

    Attributes:
        boot_id: names the life, and its journal.
        node: the host it runs on.
        epoch: the state store's epoch for which it has put back what it had in flight; empty before that.
    """

    __tablename__ = "gateways"

    boot_id: str = Field(primary_key=True)
    node: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    epoch: str = ""


_BEAT = """
    INSERT INTO gateways (boot_id, node, started_at, seen_at, epoch)
    VALUES (:boot_id, :node, {now}, {now}, :epoch)
    ON CONFLICT (boot_id) DO UPDATE SET seen_at = {now}, epoch = excluded.epoch
"""


async def beat(session: AsyncSession, boot_id: str, node: str, epoch: str) -> None:
    """Say that this gateway is alive and for which epoch it has put its entries back."""
    now = database_now().compile(dialect=session.get_bind().dialect)
    await session.execute(text(_BEAT.format(now=now)), {"boot_id": boot_id, "node": node, "epoch": epoch})


async def leave(session: AsyncSession, boot_id: str) -> None:
    """Take back the announcement: this gateway is going down and holds nothing any more."""
    await session.execute(delete(Gateway).where(col(Gateway.boot_id) == boot_id))


async def live_gateways(session: AsyncSession) -> list[Gateway]:
    """Return the gateways that were seen within the last five seconds."""
    rows = await session.execute(select(Gateway, database_now().label("now")))
    return [gateway for gateway, now in rows if now - gateway.seen_at < SILENT_AFTER]


async def forget_silent(session: AsyncSession) -> None:
    """Delete the gateways that nobody has seen for a day."""
    now = (await session.execute(select(database_now()))).scalar_one()
    await session.execute(delete(Gateway).where(col(Gateway.seen_at) < now - _FORGOTTEN_AFTER))
