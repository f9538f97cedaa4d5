"""`/api/v1/channels/...`: switching channels on and off, and changing or deleting many at once."""

import msgspec
from litestar import Controller, Response, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from oblivious.channels.tables import Channel
from oblivious.gateway.routes.admin.acts import act
from oblivious.gateway.routes.admin.answers import ASKS, CREATES
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.channel_changes import change_channels, delete_channels, switch_channel
from oblivious.gateway.routes.admin.channel_shown import ChannelShown, Switch
from oblivious.gateway.routes.admin.channel_wishes import ChosenChannels, ManyChannels
from oblivious.gateway.routes.admin.etags import tagged
from oblivious.gateway.routes.admin.parts import AdminParts, Parts
from oblivious.gateway.routes.admin.rows import RowId, row_of
from oblivious.identity.admins import Actor
from oblivious.infra.database.sessions import writing


class Changed(msgspec.Struct, frozen=True):
    """The channels that were changed, as they are now."""

    items: list[ChannelShown]


class Deleted(msgspec.Struct, frozen=True):
    """The channels that were deleted, as they were."""

    items: list[ChannelShown]


class ChannelStates(Controller):
    """What takes work and what does not, one by one and many at once."""

    path = "/channels"
    tags = ("channels",)

    @act("/{channel_id:int}/enable", summary="Switch a channel on")
    async def enable_channel(
        self, request: AdminRequest, parts: Parts, channel_id: RowId
    ) -> Response[ChannelShown]:
        """Let a channel take work again."""
        return await _switched(request.user, parts, channel_id, "on")

    @act("/{channel_id:int}/disable", summary="Switch a channel off")
    async def disable_channel(
        self, request: AdminRequest, parts: Parts, channel_id: RowId
    ) -> Response[ChannelShown]:
        """Give a channel nothing more; requests in flight go on as they began."""
        return await _switched(request.user, parts, channel_id, "off")

    @act("/{channel_id:int}/drain", summary="Drain a channel")
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
            return Changed(await change_channels(session, request.user, parts.providers, parts.secrets, data))

    @post("/bulk/delete", summary="Delete many channels", status_code=HTTP_200_OK, responses=ASKS)
    async def delete_channels(
        self, request: AdminRequest, parts: Parts, data: JSONBody[ChosenChannels]
    ) -> Deleted:
        """Delete all channels of a tag, or those of some numbers, with their keys; or none of them."""
        async with writing(parts.maker) as session:
            return Deleted(await delete_channels(session, request.user, data))


async def _switched(
    actor: Actor, parts: AdminParts, channel_id: int, state: Switch
) -> Response[ChannelShown]:
    async with writing(parts.maker) as session:
        channel = await row_of(session, Channel, channel_id, held=True)
        return tagged(await switch_channel(session, actor, channel, state))
