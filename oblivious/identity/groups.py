"""Classes of service."""

from collections.abc import Collection, Iterable
from decimal import Decimal, InvalidOperation

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.contracts.caller import FAIR, STRICT
from oblivious.contracts.changes import AlreadyThere, ChangeRefused, InUse, NoSuch
from oblivious.identity.tables import Group, User
from oblivious.infra.database.revisions import Topic, bump

_POLICIES = (FAIR, STRICT)
_LONGEST_NAME = 100
_GREATEST_RATIO = 1_000
_LONGEST_RATIO = 20
_MOST_DIGITS = 9


async def create_group(
    session: AsyncSession,
    name: str,
    *,
    policy: str = FAIR,
    ratio: str = "1",
    calls_per_choice: bool = False,
    strategy: str = "",
) -> Group:
    """Add a group.

    Raises:
        ChangeRefused: names the field that is wrong.
    """
    _check_name(name)
    _check_policy(policy)
    _check_ratio(ratio)
    if await find_group(session, name) is not None:
        raise AlreadyThere("name", f"there is a group {name!r} already")
    group = Group(name=name, policy=policy, ratio=ratio, calls_per_choice=calls_per_choice, strategy=strategy)
    session.add(group)
    return await _changed(session, group)


async def check_groups(session: AsyncSession, names: Iterable[str], known: Collection[str] = ()) -> None:
    """See that there are groups of these names; those that are `known` may be nobody's.

    Raises:
        ChangeRefused: names the place of the first that is none.
    """
    there = {group.name for group in await list_groups(session)}
    for place, name in enumerate(names):
        if name.strip() not in {*there, *known}:
            raise ChangeRefused(
                f"groups[{place}]", f"is no group, {name!r}: there are {', '.join(sorted(there))}"
            )


async def edit_group(
    session: AsyncSession,
    name: str,
    *,
    policy: str | None = None,
    ratio: str | None = None,
    calls_per_choice: bool | None = None,
    strategy: str | None = None,
) -> Group:
    """Change what is given of a group; None stays as it is.

    Raises:
        ChangeRefused: names the field that is wrong.
        NoSuch: there is no such group.
    """
    group = await get_group(session, name)
    if policy is not None:
        _check_policy(policy)
        group.policy = policy
    if ratio is not None:
        _check_ratio(ratio)
        group.ratio = ratio
    if calls_per_choice is not None:
        group.calls_per_choice = calls_per_choice
    if strategy is not None:
        group.strategy = strategy
    return await _changed(session, group)


async def remove_group(session: AsyncSession, group: Group) -> None:
    """Delete a group that nobody is in.

    Raises:
        InUse: somebody is.
    """
    users = await session.scalar(select(func.count()).select_from(User).where(col(User.group_id) == group.id))
    if users:
        raise InUse("group", f"users are in it: {users}")
    await session.delete(group)
    await session.flush()
    await bump(session, Topic.GROUPS)


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


async def _changed(session: AsyncSession, group: Group) -> Group:
    await session.flush()
    await bump(session, Topic.GROUPS)
    return group


def _check_name(name: str) -> None:
    if not name.strip():
        raise ChangeRefused("name", "is empty")
    if not name.isprintable() or len(name) > _LONGEST_NAME or name != name.strip():
        raise ChangeRefused("name", f"is a printable text of at most {_LONGEST_NAME} characters")


def _check_policy(policy: str) -> None:
    if policy not in _POLICIES:
        raise ChangeRefused("policy", f"is one of {', '.join(_POLICIES)}, not {policy!r}")


def _check_ratio(ratio: str) -> None:
    try:
        factor = Decimal(ratio)
    except InvalidOperation as error:
        raise ChangeRefused("ratio", f"is a decimal number, not {ratio!r}") from error
    if not factor.is_finite() or not 0 <= factor <= _GREATEST_RATIO or len(ratio) > _LONGEST_RATIO:
        raise ChangeRefused("ratio", f"lies between 0 and {_GREATEST_RATIO}, not {ratio!r}")
    if round(factor, _MOST_DIGITS) != factor:
        raise ChangeRefused("ratio", f"has at most {_MOST_DIGITS} digits after the point, not {ratio!r}")
