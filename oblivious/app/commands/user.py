"""`oblivious user`."""

from collections.abc import Awaitable, Callable

import click
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.app.base import Base
from oblivious.app.command import answering
from oblivious.app.commands.held import held
from oblivious.app.output import Row
from oblivious.billing.ledger import create_account
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.identity.passwords import hash_password
from oblivious.identity.tables import User
from oblivious.identity.users import (
    DEFAULT_GROUP,
    create_user,
    disable_user,
    enable_user,
    get_user,
    list_users,
)
from oblivious.infra.database.sessions import reading, writing

_USER = "user"
"""How the audit calls one."""

_Switch = Callable[[AsyncSession, str], Awaitable[User]]


@click.group()
def user() -> None:
    """People with an account."""


@user.command("create")
@click.option("--email", required=True)
@click.option("--group", default=DEFAULT_GROUP, show_default=True)
@click.option("--password", default=None, help="Lets the user sign in.")
@answering()
async def user_create(base: Base, email: str, group: str, password: str | None) -> Row:
    """Add a user with an empty account."""
    hashed = await hash_password(password) if password else None
    async with writing(base.maker) as session:
        account_id = await create_account(session, name=email.strip().lower())
        row = await create_user(session, email, account_id=account_id, group=group, password_hash=hashed)
        after = {**_shown(row), "group": group}
        await note_change(session, COMMAND_LINE, "create", _USER, row.email, after=after)
    return {"id": row.id, "email": row.email, "group": group, "account_id": row.account_id}


@user.command("list")
@answering()
async def user_list(base: Base) -> list[Row]:
    """List every user."""
    async with reading(base.maker) as session:
        rows = await list_users(session)
    return [_shown(row) for row in rows]


@user.command("disable")
@click.option("--email", required=True)
@answering()
async def user_disable(base: Base, email: str) -> Row:
    """Switch a user off, with all its keys."""
    return await _switched(base, email, "disable", disable_user)


@user.command("enable")
@click.option("--email", required=True)
@answering()
async def user_enable(base: Base, email: str) -> Row:
    """Switch a user on again."""
    return await _switched(base, email, "enable", enable_user)


async def _switched(base: Base, email: str, action: str, switch: _Switch) -> Row:
    async with writing(base.maker) as session:
        before = _shown(await held(session, await get_user(session, email)))
        row = await switch(session, email)
        after = _shown(row)
        await note_change(session, COMMAND_LINE, action, _USER, row.email, before=before, after=after)
    return {"email": row.email, "disabled": row.disabled}


def _shown(row: User) -> Row:
    return {
        "id": row.id,
        "email": row.email,
        "role": row.role,
        "account_id": row.account_id,
        "disabled": row.disabled,
    }
