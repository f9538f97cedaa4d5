"""Classes of service."""

from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.contracts.caller import FAIR, STRICT
from oblivious.contracts.changes import AlreadyThere, ChangeRefused, NoSuch
from oblivious.identity.tables import Group
from oblivious.infra.database.revisions import Topic, bump

_POLICIES = (FAIR, STRICT)


async def create_group(session: AsyncSession, name: str, *, policy: str = FAIR, ratio: str = "1") -> Group:
    """Add a group.

    Raises:
        ChangeRefused: names the field that is wrong.
    """
    if not name.strip():
        raise ChangeRefused("name", "is empty")
    if policy not in _POLICIES:
        raise ChangeRefused("policy", f"is one of {', '.join(_POLICIES)}, not {policy!r}")
    _check_ratio(ratio)
    if await find_group(session, name) is not None:
        raise AlreadyThere("name", f"there is a group {name!r} already")
    group = Group(name=name, policy=policy, ratio=ratio)
    session.add(group)
    await session.flush()
    await bump(session, Topic.GROUPS)
    return group


async def find_group(session: AsyncSession, name: str) -> Group | None:
    """Return the group of that name, if there is one."""
    return await session.scalar(select(Group).where(col(Group.name) == name))


async def get_group(session: AsyncSession, name: str) -> Group:
    """Return the group of that name.

    Raises:
        NoSuch: there is none.
    """
    group = await find_group(session, name)
    if group is None:
        raise NoSuch("group", f"there is no group {name!r}")
    return group


async def list_groups(session: AsyncSession) -> list[Group]:
    """Return every group by name."""
    return list(await session.scalars(select(Group).order_by(col(Group.name))))


def _check_ratio(ratio: str) -> None:
    try:
        factor = Decimal(ratio)
    except InvalidOperation as error:
        raise ChangeRefused("ratio", f"is a decimal number, not {ratio!r}") from error
    if not factor.is_finite() or factor < 0:
        raise ChangeRefused("ratio", f"is zero or more, not {ratio!r}")
