"""`oblivious channel key`."""

from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.adapters.providers.provider import Provider
from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.commands.channel_shown import key_shown
from oblivious.app.commands.given import limited, limits_of, mapping_of, taking, text_of
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
from oblivious.infra.database.sessions import reading, writing

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
    return [key_shown(key) for key in keys]


@channel_key.command("add")
@one("channel")
@click.option("--api-key", "secret", default="", help="A key of the provider, or @FILE with one.")
@_described
@answering()
async def channel_key_add(base: Base, channel: str, secret: str, **shape: Any) -> Row:
    """Give a channel one more key."""
    async with writing(base.maker) as session:
        row = await get_channel(session, channel)
        provider = provider_named(PROVIDERS, row.provider)
        wanted, text = _wanted(None, **shape), text_of(secret, "api_key")
        key = await add_channel_key(session, base.secrets, row, provider, text, wanted=wanted)
    return key_shown(key)


@channel_key.command("edit")
@one("id", given_as="key_id", type=int)
@click.option("--api-key", "secret", default=None, help="Another key in its place, or @FILE with one.")
@_described
@answering()
async def channel_key_edit(base: Base, key_id: int, secret: str | None, **shape: Any) -> Row:
    """Change what is given of a key; the rest stays as it is."""
    async with writing(base.maker) as session:
        key, provider = await _found(session, key_id)
        text = None if secret is None else text_of(secret, "api_key")
        wanted = _wanted(key, **shape)
        return key_shown(await edit_channel_key(session, base.secrets, provider, key, wanted, secret=text))


@channel_key.command("disable")
@one("id", given_as="key_id", type=int)
@answering()
async def channel_key_disable(base: Base, key_id: int) -> Row:
    """Switch a key off; requests in flight go on as they began."""
    async with writing(base.maker) as session:
        return key_shown(await disable_channel_key(session, key_id))


@channel_key.command("enable")
@one("id", given_as="key_id", type=int)
@answering()
async def channel_key_enable(base: Base, key_id: int) -> Row:
    """Switch a key on again, whoever switched it off."""
    async with writing(base.maker) as session:
        return key_shown(await enable_channel_key(session, key_id))


@channel_key.command("remove")
@one("id", given_as="key_id", type=int)
@answering()
async def channel_key_remove(base: Base, key_id: int) -> Row:
    """Delete a key; what it made at its provider can no longer be reached."""
    async with writing(base.maker) as session:
        await remove_channel_key(session, await get_channel_key(session, key_id))
    return {"removed": key_id}


async def _found(session: AsyncSession, key_id: int) -> tuple[ChannelKey, Provider]:
    key = await get_channel_key(session, key_id)
    channel = await session.get_one(Channel, key.channel_id)
    return key, provider_named(PROVIDERS, channel.provider)


def _wanted(key: ChannelKey | None, *, called: str | None, pool: str | None, **rest: Any) -> WantedKey:
    mapping = mapping_of(rest.pop("mapping"))
    limits = limits_of(key.limits if key else {}, rest)
    return WantedKey(name=called, pool=pool, mapping=mapping, limits=limits)
