"""Numbers that say what changed: every write bumps its topics, every process polls them."""

import enum

from sqlalchemy import BigInteger, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from oblivious.infra.database.table import Table


class Topic(enum.StrEnum):
    """What can change under a running process; `KEYS` stands for API keys and their users."""

    KEYS = "keys"
    GROUPS = "groups"
    ACCOUNTS = "accounts"
    CHANNELS = "channels"
    PRICES = "prices"


class Revision(Table, table=True):
    """How often a topic has changed; no row means never."""

    __tablename__ = "revisions"

    topic: str = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)


_BUMP = text(
    "INSERT INTO revisions (topic, number) VALUES (:topic, 1) "
    "ON CONFLICT (topic) DO UPDATE SET number = revisions.number + 1"
)


async def bump(session: AsyncSession, *topics: Topic) -> None:
    """Say that the topics change with this transaction.

    Writers of one topic wait for each other from here to their commit, so it is the last thing they do.
    """
    # In one order everywhere, or two writers could wait for each other for ever.
    await session.execute(_BUMP, [{"topic": topic.value} for topic in sorted(topics)])


async def read_revisions(session: AsyncSession) -> dict[Topic, int]:
    """Return the number of every topic; 0 for one that never changed."""
    rows = await session.execute(select(col(Revision.topic), col(Revision.number)))
    numbers: dict[str, int] = dict(rows.all())
    return {topic: numbers.get(topic.value, 0) for topic in Topic}
