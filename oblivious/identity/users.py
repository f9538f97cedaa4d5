"""Who has an account here."""

import re
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.contracts.changes import AlreadyThere, ChangeRefused, NoSuch
from oblivious.identity.groups import get_group
from oblivious.identity.tables import Role, User
from oblivious.infra.database.revisions import Topic, bump

DEFAULT_GROUP = "default"

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST_EMAIL = 254


async def create_user(
    session: AsyncSession,
    email: str,
    *,
    account_id: int,
    group: str = DEFAULT_GROUP,
    role: Role = Role.MEMBER,
    password_hash: str | None = None,
) -> User:
    """Add a user of a group, whose exchanges the account pays for.

    Raises:
        ChangeRefused: names the field that is wrong.
    """
    address = _normalised(email)
    if await find_user(session, address) is not None:
        raise AlreadyThere("email", f"there is a user {address} already")
    user = User(
        email=address,
        password_hash=password_hash,
        role=role,
        group_id=(await get_group(session, group)).id,
        account_id=account_id,
    )
    session.add(user)
    await session.flush()
    await bump(session, Topic.KEYS)
    return user


async def find_user(session: AsyncSession, email: str) -> User | None:
    """Return the user of that address, if there is one."""
    return await session.scalar(select(User).where(col(User.email) == email.strip().lower()))


async def get_user(session: AsyncSession, email: str) -> User:
    """Return the user of that address.

    Raises:
        NoSuch: there is none.
    """
    user = await find_user(session, email)
    if user is None:
        raise NoSuch("email", f"there is no user {email}")
    return user


async def find_first_admin(session: AsyncSession) -> User | None:
    """Return the admin that was there first, to whom a key belongs if nobody is named."""
    admins = select(User).where(col(User.role) == Role.ADMIN)
    return await session.scalar(admins.order_by(col(User.id)).limit(1))


async def emails_of(session: AsyncSession, user_ids: Collection[int]) -> dict[int, str]:
    """Return the addresses of users, by number; who is gone has none."""
    rows = await session.execute(select(col(User.id), col(User.email)).where(col(User.id).in_(user_ids)))
    return dict(rows.all())


async def list_users(session: AsyncSession) -> list[User]:
    """Return every user, the oldest first."""
    return list(await session.scalars(select(User).order_by(col(User.id))))


async def disable_user(session: AsyncSession, email: str) -> User:
    """Switch a user off, and all the user's keys with it.

    Raises:
        NoSuch: there is none.
    """
    return await _switch(session, email, disabled=True)


async def enable_user(session: AsyncSession, email: str) -> User:
    """Switch a user on again.

    Raises:
        NoSuch: there is none.
    """
    return await _switch(session, email, disabled=False)


async def _switch(session: AsyncSession, email: str, *, disabled: bool) -> User:
    user = await get_user(session, email)
    user.disabled = disabled
    await session.flush()
    await bump(session, Topic.KEYS)
    return user


def _normalised(email: str) -> str:
    address = email.strip().lower()
    if len(address) > _LONGEST_EMAIL or _EMAIL.fullmatch(address) is None:
        raise ChangeRefused("email", f"{email!r} is no address")
    return address
