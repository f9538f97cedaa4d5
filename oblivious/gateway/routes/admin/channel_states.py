"""`/api/v1/channels/...`: switching channels on and off, and changing many at once."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from litestar import Controller, Response, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK
from msgspec import UNSET
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.channels.repository import change_channel, disable_channel, drain_channel, enable_channel
from oblivious.channels.tables import Channel
from oblivious.contracts.changes import ChangeRefused
from oblivious.gateway.routes.admin.answers import ACTS, CREATES
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.channel_shown import ChannelShown, Switch, shown
from oblivious.gateway.routes.admin.channel_wishes import ManyChannels, renamed, wanted_of
from oblivious.gateway.routes.admin.etags import ETAG, tagged
from oblivious.gateway.routes.admin.parts import AdminParts, Parts
from oblivious.gateway.routes.admin.rows import RowId, remember, row_of
from oblivious.identity.admins import Actor
from oblivious.infra.database.sessions import writing

_KIND = "channel"

_Act = Callable[[AsyncSession, str], Awaitable[Channel]]

_SWITCHES: Mapping[Switch, tuple[str, _Act]] = {
    "on": ("enable", enable_channel),
    "draining": ("drain", drain_channel),
    "off": ("disable", disable_channel),
}
"""What brings a channel into a state, and how the audit calls it."""


class Changed(msgspec.Struct, frozen=True):
    """The channels that were changed, as they are now."""

    items: list[ChannelShown]


class ChannelStates(Controller):
    """What takes work and what does not, one by one and many at once."""

    path = "/channels"
    tags = ("channels",)

    @post(
        "/{channel_id:int}/enable",
        summary="Switch a channel on",
        status_code=HTTP_200_OK,
        responses=ACTS,
        response_headers=ETAG,
    )
    async def enable_channel(
        self, request: AdminRequest, parts: Parts, channel_id: RowId
    ) -> Response[ChannelShown]:
        """Let a channel take work again."""
        return await _switched(request.user, parts, channel_id, "on")

    @post(
        "/{channel_id:int}/disable",
        summary="Switch a channel off",
        status_code=HTTP_200_OK,
        responses=ACTS,
        response_headers=ETAG,
    )
    async def disable_channel(
        self, request: AdminRequest, parts: Parts, channel_id: RowId
    ) -> Response[ChannelShown]:
        """Give a channel nothing more; requests in flight go on as they began."""
        return await _switched(request.user, parts, channel_id, "off")

    @post(
        "/{channel_id:int}/drain",
        summary="Drain a channel",
        status_code=HTTP_200_OK,
        responses=ACTS,
        response_headers=ETAG,
    )
    async def drain_channel(
        self, request: AdminRequest, parts: Parts, channel_id: RowId
    ) -> Response[ChannelShown]:
        """Give a channel no new work; it is switched off when what it has is done."""
        return await _switched(request.user, parts, channel_id, "draining")

    @post("/bulk", summary="Change many channels", status_code=HTTP_200_OK, responses=CREATES)
    async def change_channels(
        self, request: AdminRequest, parts: Parts, data: JSONBody[ManyChannels]
    ) -> Changed:
        """Change all channels of a tag, or those of some numbers, or none of them if one cannot be."""
        async with writing(parts.maker) as session:
            channels = await _chosen(session, data)
            return Changed([await _changed(session, request.user, parts, one, data) for one in channels])


async def _switched(
    actor: Actor, parts: AdminParts, channel_id: int, state: Switch
) -> Response[ChannelShown]:
    action, switch = _SWITCHES[state]
    async with writing(parts.maker) as session:
        channel = await row_of(session, Channel, channel_id, held=True)
        before = await shown(session, channel)
        after = await shown(session, await switch(session, channel.name))
        await remember(session, actor, action, _KIND, channel.name, before=before, after=after)
    return tagged(after)


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


async def _changed(
    session: AsyncSession, actor: Actor, parts: AdminParts, channel: Channel, many: ManyChannels
) -> ChannelShown:
    before = await shown(session, channel)
    if many.change is not UNSET:
        with renamed(lambda field: f"change.{field}"):
            await change_channel(session, parts.providers, channel, wanted_of(many.change), parts.secrets)
    if many.state is not UNSET:
        await _SWITCHES[many.state][1](session, channel.name)
    after = await shown(session, channel)
    await remember(session, actor, "edit", _KIND, channel.name, before=before, after=after)
    return after
