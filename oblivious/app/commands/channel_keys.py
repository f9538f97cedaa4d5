"""`oblivious channel key`."""

from collections.abc import Awaitable, Callable
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.commands.channel_shown import key_row
from oblivious.app.commands.given import limited, limits_of, mapping_of, taking, text_of
from oblivious.app.commands.held import held
from oblivious.app.output import Row
from oblivious.channels.keys import (
    add_channel_key,
    disable_channel_key,
    edit_channel_key,
    enable_channel_key,
    get_channel_key,
    list_channel_keys,
    remove_channel_key,
)
from oblivious.channels.repository import get_channel, provider_named
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.channels.wanted_key import WantedKey
from oblivious.gateway.routes.admin.key_shown import CHANNEL_KEY, KeyShown, key_name, key_shown
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import reading, writing

_Switch = Callable[[AsyncSession, int], Awaitable[ChannelKey]]

_described = taking(
    [
        click.option("--name", "called", default=None, help="What people call it."),
        click.option("--pool", default=None, help="The quota that it shares with other keys; '' for none."),
        click.option(
            "--map", "mapping", multiple=True, metavar="NAME=UPSTREAM", help="Its name for a model."
        ),
        limited,
    ]
)


@click.group("key")
def channel_key() -> None:
    """What channels present to their providers."""


@channel_key.command("list")
@one("channel")
@answering("id", "name", "hint", "state", "pool", "source", "off_reason")
async def channel_key_list(base: Base, channel: str) -> list[Row]:
    """List the keys of a channel; none can be read again."""
    async with reading(base.maker) as session:
        keys = await list_channel_keys(session, await get_channel(session, channel))
    return [key_row(key) for key in keys]


@channel_key.command("add")
@one("channel")
@click.option("--api-key", "secret", default="", help="A key of the provider, or @FILE with one.")
@_described
@answering()
async def channel_key_add(base: Base, channel: str, secret: str, **shape: Any) -> Row:
    """Give a channel one more key."""
    async with writing(base.maker) as session:
        row = await held(session, await get_channel(session, channel))
        wanted = _wanted(None, **shape)
        return key_row(await add_key(session, base.secrets, row, text_of(secret, "api_key"), wanted))


@channel_key.command("edit")
@one("id", given_as="key_id", type=int)
@click.option("--api-key", "secret", default=None, help="Another key in its place, or @FILE with one.")
@_described
@answering()
async def channel_key_edit(base: Base, key_id: int, secret: str | None, **shape: Any) -> Row:
    """Change what is given of a key; the rest stays as it is."""
    async with writing(base.maker) as session:
        channel, key = await _found(session, key_id)
        before = key_shown(key)
        text = None if secret is None else text_of(secret, "api_key")
        provider = provider_named(PROVIDERS, channel.provider)
        await edit_channel_key(session, base.secrets, provider, key, _wanted(key, **shape), secret=text)
        await _remember(session, "edit", channel, key, before=before, after=key_shown(key))
        return key_row(key)


@channel_key.command("disable")
@one("id", given_as="key_id", type=int)
@answering()
async def channel_key_disable(base: Base, key_id: int) -> Row:
    """Switch a key off; requests in flight go on as they began."""
    return await _switched(base, key_id, "disable", disable_channel_key)


@channel_key.command("enable")
@one("id", given_as="key_id", type=int)
@answering()
async def channel_key_enable(base: Base, key_id: int) -> Row:
    """Switch a key on again, whoever switched it off."""
    return await _switched(base, key_id, "enable", enable_channel_key)


@channel_key.command("remove")
@one("id", given_as="key_id", type=int)
@answering()
async def channel_key_remove(base: Base, key_id: int) -> Row:
    """Delete a key; what it made at its provider can no longer be reached."""
    async with writing(base.maker) as session:
        channel, key = await _found(session, key_id)
        before = key_shown(key)
        await remove_channel_key(session, key)
        await _remember(session, "delete", channel, key, before=before)
    return {"removed": key_id}


async def add_key(
    session: AsyncSession, secrets: Secrets, channel: Channel, secret: str, wanted: WantedKey | None = None
) -> ChannelKey:
    """Give a channel one more key, and write it down in the audit.

    Raises:
        ChangeRefused: names what makes no sense.
    """
    provider = provider_named(PROVIDERS, channel.provider)
    key = await add_channel_key(session, secrets, channel, provider, secret, wanted=wanted)
    await _remember(session, "create", channel, key, after=key_shown(key))
    return key


async def _switched(base: Base, key_id: int, action: str, switch: _Switch) -> Row:
    async with writing(base.maker) as session:
        channel, key = await _found(session, key_id)
        before = key_shown(key)
        await switch(session, key_id)
        await _remember(session, action, channel, key, before=before, after=key_shown(key))
        return key_row(key)


async def _found(session: AsyncSession, key_id: int) -> tuple[Channel, ChannelKey]:
    key = await held(session, await get_channel_key(session, key_id))
    return await session.get_one(Channel, key.channel_id), key


async def _remember(
    session: AsyncSession, action: str, channel: Channel, key: ChannelKey, **shown: KeyShown | None
) -> None:
    await note_change(session, COMMAND_LINE, action, CHANNEL_KEY, key_name(channel, key), **shown)


def _wanted(key: ChannelKey | None, *, called: str | None, pool: str | None, **rest: Any) -> WantedKey:
    mapping = mapping_of(rest.pop("mapping"))
    limits = limits_of(key.limits if key else {}, rest)
    return WantedKey(name=called, pool=pool, mapping=mapping, limits=limits)
