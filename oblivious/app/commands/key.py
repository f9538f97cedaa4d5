"""`oblivious key`."""

from collections.abc import Awaitable, Callable

import click
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.output import Row
from oblivious.contracts.changes import NoSuch
from oblivious.identity.api_keys import create_api_key, disable_api_key, enable_api_key, list_api_keys
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.identity.tables import ApiKey, KeyKind, User
from oblivious.identity.users import find_first_admin, get_user
from oblivious.infra.database.sessions import reading, writing

_KEY = "key"
"""How the audit calls one."""

_Switch = Callable[[AsyncSession, int], Awaitable[ApiKey]]


@click.group()
def key() -> None:
    """What clients present."""


@key.command("create")
@click.option("--name", required=True)
@click.option("--user", "email", default=None, help="Whose key; the first admin's if nobody is named.")
@click.option("--admin", is_flag=True, help="A key for the admin API, which does not work on the relay.")
@click.option("--rpm", default=0, help="Requests a minute; 0: no limit.")
@click.option("--tpm", default=0, help="Tokens a minute; 0: no limit.")
@click.option("--concurrency", default=0, help="Exchanges in flight; 0: no limit.")
@answering()
async def key_create(base: Base, name: str, email: str | None, *, admin: bool, **limits: int) -> Row:
    """Make a key; it is shown this once."""
    async with writing(base.maker) as session:
        owner = await (get_user(session, email) if email else find_first_admin(session))
        if owner is None:
            raise NoSuch("user", "there is no admin yet: run `oblivious migrate`")
        kind = KeyKind.ADMIN if admin else KeyKind.RELAY
        made = await create_api_key(session, base.secrets, user_id=owner.id, name=name, kind=kind, **limits)
        called = f"{owner.email}/{made.row.id}"
        await note_change(session, COMMAND_LINE, "create", _KEY, called, after=_shown(made.row))
    return {"id": made.row.id, "key": made.key}


@key.command("list")
@click.option("--user", "email", default=None, help="Only this user's keys.")
@answering()
async def key_list(base: Base, email: str | None) -> list[Row]:
    """List keys; none can be read again."""
    async with reading(base.maker) as session:
        owner = await get_user(session, email) if email else None
        rows = await list_api_keys(session, user_id=owner.id if owner else None)
    return [_shown(row) for row in rows]


@key.command("disable")
@one("id", given_as="key_id", type=int)
@answering()
async def key_disable(base: Base, key_id: int) -> Row:
    """Switch a key off; running gateways refuse it within a second."""
    return await _switched(base, key_id, "disable", disable_api_key)


@key.command("enable")
@one("id", given_as="key_id", type=int)
@answering()
async def key_enable(base: Base, key_id: int) -> Row:
    """Switch a key on again."""
    return await _switched(base, key_id, "enable", enable_api_key)


async def _switched(base: Base, key_id: int, action: str, switch: _Switch) -> Row:
    async with writing(base.maker) as session:
        row = await session.get(ApiKey, key_id, with_for_update=True)
        before = _shown(row) if row is not None else None
        after = _shown(await switch(session, key_id))
        owner = await session.get_one(User, after["user_id"])
        called = f"{owner.email}/{key_id}"
        await note_change(session, COMMAND_LINE, action, _KEY, called, before=before, after=after)
    return after


def _shown(row: ApiKey) -> Row:
    return {
        "id": row.id,
        "name": row.name,
        "user_id": row.user_id,
        "kind": row.kind,
        "hint": row.hint,
        "disabled": row.disabled,
        "rpm": row.rpm,
        "tpm": row.tpm,
        "concurrency": row.concurrency,
    }
