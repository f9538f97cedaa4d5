"""Who changed what: a row for each change, written in the change's own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Index
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from oblivious.identity.admins import Actor
from oblivious.infra.database.table import Table
from oblivious.infra.database.types import COUNTED, BigKey, Json, UtcDateTime, utc_now

COMMAND_LINE = Actor(user_id=0, email="command line", key_id=0)
"""Whoever can run commands on the host."""

Shown = msgspec.Struct | Mapping[str, Any]
"""Something as people are shown it."""


class AuditRow(Table, table=True):
    """One change; the numbers are plain, so that the row outlives whom and what it names.

    Attributes:
        user_id, key_id: the admin who made it, and by which key; 0: it was made on the command line.
        action: `create`, `edit`, `delete`, `enable`, `disable` ...
        kind: what was changed: `group`, `channel` ...
        name: which of them.
        before, after: as the API shows it, without secrets; None where there was nothing, or is nothing now.
    """

    __tablename__ = "audit_rows"
    __table_args__ = (Index(None, "kind", "name", "id"), COUNTED)

    id: int = Field(default=None, primary_key=True, sa_type=BigKey)
    at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    user_id: int = Field(sa_type=BigInteger)
    key_id: int = Field(sa_type=BigInteger)
    action: str
    kind: str
    name: str
    before: dict[str, Any] | None = Field(default=None, sa_type=Json)
    after: dict[str, Any] | None = Field(default=None, sa_type=Json)
    request_id: str


async def note_change(
    session: AsyncSession,
    actor: Actor,
    action: str,
    kind: str,
    name: str,
    *,
    before: Shown | None = None,
    after: Shown | None = None,
) -> None:
    """Write down a change; `before` and `after` are what may be shown of it and hold no secret."""
    session.add(
        AuditRow(
            user_id=actor.user_id,
            key_id=actor.key_id,
            action=action,
            kind=kind,
            name=name,
            before=msgspec.to_builtins(before),
            after=msgspec.to_builtins(after),
            request_id=actor.request_id,
        )
    )
    await session.flush()
