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
)
from oblivious.channels.tables import Channel
from oblivious.contracts.changes import ChangeRefused
from oblivious.gateway.routes.admin.channel_shown import CHANNEL, ChannelShown, Switch, shown
from oblivious.gateway.routes.admin.channel_wishes import ManyChannels, renamed, wanted_of
from oblivious.identity.admins import Actor
from oblivious.identity.audit import note_change
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
                await change_channel(session, providers, channel, wanted_of(many.change), secrets)
        if many.state is not UNSET:
            await _SWITCHES[many.state][1](session, channel.name)
        after = await shown(session, channel)
        await note_change(session, actor, "edit", CHANNEL, channel.name, before=before, after=after)
        return after

    return [await changed(channel) for channel in await _chosen(session, many)]


async def _chosen(session: AsyncSession, many: ManyChannels) -> list[Channel]:
    """Return the channels that are named, held until the transaction ends, always in one order.

    Raises:
        ChangeRefused: neither a tag nor numbers are given, or both; or one of the numbers is nobody's.
    """
    if bool(many.tag) == bool(many.ids):
        raise ChangeRefused("tag", "name a tag, or `ids`, and not both")
    named = col(Channel.tag) == many.tag if many.tag else col(Channel.id).in_(many.ids)
    rows = select(Channel).where(named).order_by(col(Channel.id)).with_for_update()
    channels = list(await session.scalars(rows))
    known = {channel.id for channel in channels}
    for place, number in enumerate(many.ids):
        if number not in known:
            raise ChangeRefused(f"ids[{place}]", f"there is no channel {number}")
    return channels
