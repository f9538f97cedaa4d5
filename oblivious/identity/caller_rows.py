"""Reads a caller as one row: key, user, group and account together."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, ColumnElement, Label, column, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col

from oblivious.contracts.caller import Caller
from oblivious.identity.tables import ApiKey, Group, KeyKind, Role, User
from oblivious.infra.database.revisions import Topic, read_revisions

TOPICS = (Topic.KEYS, Topic.GROUPS, Topic.ACCOUNTS)
"""What a caller is made of."""

# Accounts belong to another room: its table is known here by name only.
_ACCOUNTS = table(
    "accounts",
    column("id", BigInteger),
    column("unlimited", Boolean),
    column("overdraft_nano_usd", BigInteger),
    column("rpm", BigInteger),
    column("tpm", BigInteger),
    column("concurrency", BigInteger),
)

_FIELDS: dict[str, ColumnElement[Any] | Mapped[Any]] = {
    "key_id": col(ApiKey.id),
    "key_name": col(ApiKey.name),
    "user_id": col(User.id),
    "account_id": col(User.account_id),
    "group": col(Group.name),
    "policy": col(Group.policy),
    "ratio": col(Group.ratio),
    "calls_per_choice": col(Group.calls_per_choice),
    "unlimited": _ACCOUNTS.c.unlimited,
    "overdraft_nano_usd": _ACCOUNTS.c.overdraft_nano_usd,
    "rpm": col(ApiKey.rpm),
    "tpm": col(ApiKey.tpm),
    "concurrency": col(ApiKey.concurrency),
    "account_rpm": _ACCOUNTS.c.rpm,
    "account_tpm": _ACCOUNTS.c.tpm,
    "account_concurrency": _ACCOUNTS.c.concurrency,
    "disabled": or_(col(ApiKey.disabled), col(User.disabled)),
    "admin": col(User.role) == Role.ADMIN,
    "admin_key": col(ApiKey.kind) == KeyKind.ADMIN,
}
"""Where every field of `Caller` comes from."""

_COLUMNS: list[Label[Any]] = [source.label(field) for field, source in _FIELDS.items()]

_CALLERS = (
    select(*_COLUMNS)
    .select_from(ApiKey)
    .join(User, col(User.id) == col(ApiKey.user_id))
    .join(Group, col(Group.id) == col(User.group_id))
    .join(_ACCOUNTS, _ACCOUNTS.c.id == col(User.account_id))
)


class StampedCaller(msgspec.Struct, frozen=True):
    """What was read, and the revisions it is at least as new as; no caller if nobody owns the key."""

    stamp: int
    caller: Caller | None


async def find_caller(session: AsyncSession, key_id: int) -> Caller | None:
    """Return who presents the API key of that number; for people who look into things."""
    row = (await session.execute(_CALLERS.where(col(ApiKey.id) == key_id))).mappings().one_or_none()
    return None if row is None else Caller(**row)


async def read_caller(session: AsyncSession, hashes: Sequence[str]) -> StampedCaller:
    """Read the caller whose API key has one of the hashes."""
    # The revisions first: what moves between the two reads makes the caller look older than it is.
    numbers = await read_revisions(session)
    row = (await session.execute(_CALLERS.where(col(ApiKey.hash).in_(hashes)))).mappings().one_or_none()
    stamp = sum(numbers[topic] for topic in TOPICS)
    return StampedCaller(stamp, None if row is None else Caller(**row))
