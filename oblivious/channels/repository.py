"""Channels: adding, finding, changing and removing them. Every write shows everywhere within a second."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.keys import delete_keys
from oblivious.channels.tables import Channel, ChannelKey, Notice, Origin
from oblivious.channels.wanted import Wanted, apply, check_name
from oblivious.contracts.changes import AlreadyThere, ChangeRefused, NoSuch
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.revisions import Topic, bump

Providers = Mapping[str, Provider]
"""The provider table, by name."""


async def add_channel(
    session: AsyncSession,
    providers: Providers,
    *,
    name: str,
    provider: str,
    wanted: Wanted,
    secrets: Secrets,
    origin: Origin = Origin.OPERATOR,
) -> Channel:
    """Add a channel; it serves nothing until it has a key, which may be empty where none is asked for.

    Raises:
        ChangeRefused: names the field that is wrong.
    """
    channel = Channel(name=check_name(name), provider=provider, origin=origin)
    said = {field: value for field, value in msgspec.structs.asdict(wanted).items() if value is not None}
    home = {} if "base_urls" in said else {"base_url": ""}
    complete = msgspec.structs.replace(Wanted(models=()), **{**home, **said})
    apply(complete, channel, provider_named(providers, provider), secrets)
    if await find_channel(session, channel.name) is not None:
        raise AlreadyThere("name", f"there is a channel {channel.name!r} already")
    session.add(channel)
    return await _changed(session, channel)


async def find_channel(session: AsyncSession, name: str) -> Channel | None:
    """Return the channel of that name, if there is one."""
    return await session.scalar(select(Channel).where(col(Channel.name) == name))


async def get_channel(session: AsyncSession, name: str) -> Channel:
    """Return the channel of that name.

    Raises:
        NoSuch: there is none.
    """
    channel = await find_channel(session, name)
    if channel is None:
        raise NoSuch("channel", f"there is no channel {name!r}")
    return channel


async def list_channels(session: AsyncSession) -> list[Channel]:
    """Return every channel, the oldest first."""
    return list(await session.scalars(select(Channel).order_by(col(Channel.id))))


async def change_channel(
    session: AsyncSession, providers: Providers, channel: Channel, wanted: Wanted, secrets: Secrets
) -> Channel:
    """Change what is said of a channel.

    Raises:
        ChangeRefused: names the field that is wrong.
    """
    apply(wanted, channel, provider_named(providers, channel.provider), secrets)
    operators = (wanted.base_url, wanted.base_urls, wanted.models, wanted.mapping)
    if any(part is not None for part in operators):
        channel.origin = Origin.OPERATOR
    return await _changed(session, channel)


async def rename_channel(session: AsyncSession, channel: Channel, name: str) -> Channel:
    """Give a channel another name; its number stays.

    Raises:
        AlreadyThere: another channel has it.
        ChangeRefused: it is no name.
    """
    checked = check_name(name)
    other = await find_channel(session, checked)
    if other is not None and other.id != channel.id:
        raise AlreadyThere("name", f"there is a channel {checked!r} already")
    channel.name = checked
    return await _changed(session, channel)


async def disable_channel(session: AsyncSession, name: str) -> Channel:
    """Switch a channel off.

    Raises:
        NoSuch: there is none of that name.
    """
    return await _switch(session, name, disabled=True)


async def enable_channel(session: AsyncSession, name: str) -> Channel:
    """Switch a channel on again.

    Raises:
        NoSuch: there is none of that name.
    """
    return await _switch(session, name, disabled=False)


async def drain_channel(session: AsyncSession, name: str) -> Channel:
    """Give a channel no new work; it is switched off when what it has is done.

    Raises:
        NoSuch: there is none of that name.
    """
    channel = await get_channel(session, name)
    channel.draining = not channel.disabled
    return await _changed(session, channel)


async def end_drain(session: AsyncSession, channel_id: int) -> bool:
    """Switch off a channel that has nothing left to do; say whether it was still being drained."""
    channel = await session.get(Channel, channel_id, with_for_update=True)
    if channel is None or not channel.draining:
        return False
    channel.draining, channel.disabled = False, True
    session.add(Notice(kind="drained", subject=f"c{channel_id}", message=f"{channel.name} is drained"))
    await _changed(session, channel)
    return True


async def remove_channel(session: AsyncSession, name: str) -> None:
    """Delete a channel with its keys and their tests; what was billed through it keeps its number.

    Raises:
        NoSuch: there is none of that name.
    """
    channel = await get_channel(session, name)
    await delete_keys(session, col(ChannelKey.channel_id) == channel.id)
    await session.delete(channel)
    await session.flush()
    await bump(session, Topic.CHANNELS)


def provider_named(providers: Providers, name: str) -> Provider:
    """Return the provider of that name.

    Raises:
        ChangeRefused: the table has none; the message lists those it has.
    """
    provider = providers.get(name)
    if provider is None:
        raise ChangeRefused("provider", f"is one of {', '.join(sorted(providers))}, not {name!r}")
    return provider


async def _switch(session: AsyncSession, name: str, *, disabled: bool) -> Channel:
    channel = await get_channel(session, name)
    channel.disabled, channel.draining = disabled, False
    return await _changed(session, channel)


async def _changed(session: AsyncSession, channel: Channel) -> Channel:
    await session.flush()
    await bump(session, Topic.CHANNELS)
    return channel
