"""Changes of channels that the admin API and the command line make alike, each with its line in the audit."""

from collections.abc import Awaitable, Callable, Mapping

from msgspec import UNSET
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.channels.repository import (
    Providers,
    change_channel,
    disable_channel,
    drain_channel,
    enable_channel,
    remove_channel,
    rename_channel,
)
from oblivious.channels.tables import Channel
from oblivious.channels.wanted import Wanted
from oblivious.contracts.changes import ChangeRefused
from oblivious.gateway.routes.admin.channel_shown import CHANNEL, ChannelShown, Switch, all_shown, shown
from oblivious.gateway.routes.admin.channel_wishes import ChosenChannels, ManyChannels, renamed, wanted_of
from oblivious.identity.admins import Actor
from oblivious.identity.audit import note_change
from oblivious.identity.groups import check_groups
from oblivious.infra.crypto import Secrets

_Act = Callable[[AsyncSession, str], Awaitable[Channel]]

_SWITCHES: Mapping[Switch, tuple[str, _Act]] = {
    "on": ("enable", enable_channel),
    "draining": ("drain", drain_channel),
    "off": ("disable", disable_channel),
}
"""What brings a channel into a state, and how the audit calls it."""


async def switch_channel(
    session: AsyncSession, actor: Actor, channel: Channel, state: Switch
) -> ChannelShown:
    """Bring one channel into a state."""
    action, switch = _SWITCHES[state]
    before = await shown(session, channel)
    after = await shown(session, await switch(session, channel.name))
    await note_change(session, actor, action, CHANNEL, channel.name, before=before, after=after)
    return after


async def edit_channel(
    session: AsyncSession,
    actor: Actor,
    providers: Providers,
    secrets: Secrets,
    channel: Channel,
    *,
    before: ChannelShown,
    wanted: Wanted,
    name: str | None = None,
) -> ChannelShown:
    """Change what is said of one channel, and its name where another one is given; `before` is how it is now.

    Raises:
        ChangeRefused: names what makes no sense.
    """
    if name is not None:
        await rename_channel(session, channel, name)
    await _change(session, providers, secrets, channel, wanted)
    after = await shown(session, channel)
    await note_change(session, actor, "edit", CHANNEL, channel.name, before=before, after=after)
    return after


async def change_channels(
    session: AsyncSession, actor: Actor, providers: Providers, secrets: Secrets, many: ManyChannels
) -> list[ChannelShown]:
    """Change many channels; return them as they are then.

    Raises:
        ChangeRefused: names what makes no sense; none may be changed then.
    """

    async def changed(channel: Channel) -> ChannelShown:
        before = await shown(session, channel)
        if many.change is not UNSET:
            with renamed(lambda field: f"change.{field}"):
                await _change(session, providers, secrets, channel, wanted_of(many.change))
        if many.state is not UNSET:
            await _SWITCHES[many.state][1](session, channel.name)
        after = await shown(session, channel)
        await note_change(session, actor, "edit", CHANNEL, channel.name, before=before, after=after)
        return after

    return [await changed(channel) for channel in await chosen_channels(session, many)]


async def delete_channel(session: AsyncSession, actor: Actor, before: ChannelShown) -> None:
    """Delete a channel, which is shown so, with its keys and their tests."""
    await remove_channel(session, before.name)
    await note_change(session, actor, "delete", CHANNEL, before.name, before=before)


async def delete_channels(session: AsyncSession, actor: Actor, chosen: ChosenChannels) -> list[ChannelShown]:
    """Delete many channels; return them as they were.

    Raises:
        ChangeRefused: names what makes no sense; none may be deleted then.
    """
    gone = await all_shown(session, await chosen_channels(session, chosen))
    for before in gone:
        await delete_channel(session, actor, before)
    return gone


async def _change(
    session: AsyncSession, providers: Providers, secrets: Secrets, channel: Channel, wanted: Wanted
) -> None:
    await check_groups(session, wanted.groups or (), channel.groups)
    await change_channel(session, providers, channel, wanted, secrets)


async def chosen_channels(session: AsyncSession, chosen: ChosenChannels) -> list[Channel]:
    """Return the channels that are named, held until the transaction ends, always in one order.

    Raises:
        ChangeRefused: neither a tag nor numbers are given, or both; or one of the numbers is nobody's.
    """
    if bool(chosen.tag) == bool(chosen.ids):
        raise ChangeRefused("tag", "name a tag, or `ids`, and not both")
    named = col(Channel.tag) == chosen.tag if chosen.tag else col(Channel.id).in_(chosen.ids)
    rows = select(Channel).where(named).order_by(col(Channel.id)).with_for_update()
    channels = list(await session.scalars(rows))
    known = {channel.id for channel in channels}
    for place, number in enumerate(chosen.ids):
        if number not in known:
            raise ChangeRefused(f"ids[{place}]", f"there is no channel {number}")
    return channels
