"""What clients present."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.contracts.changes import ChangeRefused, NoSuch
from oblivious.identity.tables import ApiKey, KeyKind, Role, User
from oblivious.infra.crypto import Secrets, hint_of, make_api_key
from oblivious.infra.database.revisions import Topic, bump

_LARGEST_LIMIT = 2**31 - 1


class NewApiKey(NamedTuple):
    """A key that was just made: the only time that it can be read."""

    row: ApiKey
    key: str


async def create_api_key(
    session: AsyncSession,
    secrets: Secrets,
    *,
    user_id: int,
    name: str,
    rpm: int = 0,
    tpm: int = 0,
    concurrency: int = 0,
    kind: KeyKind = KeyKind.RELAY,
) -> NewApiKey:
    """Make a key for a user, an admin key for admins only; a limit of 0 is none.

    Raises:
        ChangeRefused: names the field that is wrong.
    """
    if not name.strip():
        raise ChangeRefused("name", "is empty")
    for field, limit in (("rpm", rpm), ("tpm", tpm), ("concurrency", concurrency)):
        if not 0 <= limit <= _LARGEST_LIMIT:
            raise ChangeRefused(field, f"lies between 0 (no limit) and {_LARGEST_LIMIT}, not {limit}")
    if kind is KeyKind.ADMIN:
        await _check_admin(session, user_id)
    key = make_api_key()
    row = ApiKey(
        user_id=user_id,
        name=name,
        hash=secrets.hash_api_key(key),
        hash_key_id=secrets.key_id,
        hint=hint_of(key),
        kind=kind,
        rpm=rpm,
        tpm=tpm,
        concurrency=concurrency,
    )
    session.add(row)
    await session.flush()
    await bump(session, Topic.KEYS)
    return NewApiKey(row, key)


async def list_api_keys(session: AsyncSession, *, user_id: int | None = None) -> list[ApiKey]:
    """Return the keys of one user or of all, the oldest first."""
    keys = select(ApiKey).order_by(col(ApiKey.id))
    if user_id is not None:
        keys = keys.where(col(ApiKey.user_id) == user_id)
    return list(await session.scalars(keys))


async def disable_api_key(session: AsyncSession, key_id: int) -> ApiKey:
    """Switch a key off.

    Raises:
        NoSuch: there is none of that number.
    """
    return await _switch(session, key_id, disabled=True)


async def enable_api_key(session: AsyncSession, key_id: int) -> ApiKey:
    """Switch a key on again.

    Raises:
        NoSuch: there is none of that number.
    """
    return await _switch(session, key_id, disabled=False)


async def _check_admin(session: AsyncSession, user_id: int) -> None:
    user = await session.get(User, user_id)
    if user is None or user.role != Role.ADMIN:
        raise ChangeRefused("admin", "is for users of the role admin")


async def _switch(session: AsyncSession, key_id: int, *, disabled: bool) -> ApiKey:
    row = await session.get(ApiKey, key_id)
    if row is None:
        raise NoSuch("id", f"there is no key {key_id}")
    row.disabled = disabled
    await session.flush()
    await bump(session, Topic.KEYS)
    return row
