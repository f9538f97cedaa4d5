"""`oblivious user` and `oblivious key`."""

import click

from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.output import Row
from oblivious.billing.ledger import create_account
from oblivious.contracts.changes import NoSuch
from oblivious.identity.api_keys import create_api_key, disable_api_key, enable_api_key, list_api_keys
from oblivious.identity.passwords import hash_password
from oblivious.identity.tables import ApiKey, KeyKind
from oblivious.identity.users import (
    DEFAULT_GROUP,
    create_user,
    disable_user,
    enable_user,
    find_first_admin,
    get_user,
    list_users,
)
from oblivious.infra.database.sessions import reading, writing


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
    return {"id": row.id, "email": row.email, "group": group, "account_id": row.account_id}


@user.command("list")
@answering()
async def user_list(base: Base) -> list[Row]:
    """List every user."""
    async with reading(base.maker) as session:
        rows = await list_users(session)
    return [
        {
            "id": row.id,
            "email": row.email,
            "role": row.role,
            "account_id": row.account_id,
            "disabled": row.disabled,
        }
        for row in rows
    ]


@user.command("disable")
@click.option("--email", required=True)
@answering()
async def user_disable(base: Base, email: str) -> Row:
    """Switch a user off, with all its keys."""
    async with writing(base.maker) as session:
        row = await disable_user(session, email)
    return {"email": row.email, "disabled": row.disabled}


@user.command("enable")
@click.option("--email", required=True)
@answering()
async def user_enable(base: Base, email: str) -> Row:
    """Switch a user on again."""
    async with writing(base.maker) as session:
        row = await enable_user(session, email)
    return {"email": row.email, "disabled": row.disabled}


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
    async with writing(base.maker) as session:
        return _shown(await disable_api_key(session, key_id))


@key.command("enable")
@one("id", given_as="key_id", type=int)
@answering()
async def key_enable(base: Base, key_id: int) -> Row:
    """Switch a key on again."""
    async with writing(base.maker) as session:
        return _shown(await enable_api_key(session, key_id))


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
