"""`/api/v1/channels`: the configured ways to providers."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_201_CREATED
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.channels.keys import add_channel_key
from oblivious.channels.repository import add_channel, provider_named
from oblivious.channels.tables import Channel
from oblivious.gateway.routes.admin.answers import CREATES, DELETES, EDITS, LISTS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.channel_changes import delete_channel, edit_channel
from oblivious.gateway.routes.admin.channel_shown import CHANNEL, CHANNEL_LIST, ChannelShown, all_shown, shown
from oblivious.gateway.routes.admin.channel_wishes import (
    NamedChannelEdit,
    NewChannel,
    secret_at,
    wanted_of,
)
from oblivious.gateway.routes.admin.etags import ETAG, MADE, IfMatch, check_match, tagged
from oblivious.gateway.routes.admin.listing import read_list
from oblivious.gateway.routes.admin.lists import asked_of, called, listed
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import AdminParts, Parts
from oblivious.gateway.routes.admin.rows import RowId, row_of
from oblivious.identity.audit import note_change
from oblivious.identity.groups import check_groups
from oblivious.infra.database.sessions import reading, writing

ChannelPage = Annotated[Page[ChannelShown], called("ChannelPage")]


class Channels(Controller):
    """Configured ways to providers; secrets go in and never come out."""

    path = "/channels"
    tags = ("channels",)

    @get(summary="List channels", responses=LISTS, operation_class=listed(CHANNEL_LIST))
    async def list_channels(self, request: AdminRequest, parts: Parts) -> ChannelPage:
        """Return the channels; `model` and `group` find those that a channel names itself."""
        asked = asked_of(request, CHANNEL_LIST)
        async with reading(parts.maker) as session:
            found = await read_list(session, CHANNEL_LIST, asked)
            return Page(await all_shown(session, found.items), found.total, found.next)

    @post(summary="Add a channel", responses=CREATES, response_headers=MADE)
    async def add_channel(
        self, request: AdminRequest, parts: Parts, data: JSONBody[NewChannel]
    ) -> Response[ChannelShown]:
        """Add a channel with its keys; running gateways use it within a second."""
        async with writing(parts.maker) as session:
            await check_groups(session, data.groups or ())
            channel = await add_channel(
                session,
                parts.providers,
                name=data.name,
                provider=data.provider,
                wanted=wanted_of(data),
                secrets=parts.secrets,
            )
            await _add_keys(session, parts, channel, data.keys)
            after = await shown(session, channel)
            await note_change(session, request.user, "create", CHANNEL, channel.name, after=after)
        return tagged(after, status=HTTP_201_CREATED, location=f"/api/v1/channels/{channel.id}")

    @get("/{channel_id:int}", summary="Get a channel", responses=READS, response_headers=ETAG)
    async def get_channel(self, parts: Parts, channel_id: RowId) -> Response[ChannelShown]:
        """Return one channel."""
        async with reading(parts.maker) as session:
            return tagged(await shown(session, await row_of(session, Channel, channel_id)))

    @patch("/{channel_id:int}", summary="Change a channel", responses=EDITS, response_headers=ETAG)
    async def change_channel(
        self,
        request: AdminRequest,
        parts: Parts,
        channel_id: RowId,
        data: JSONBody[NamedChannelEdit],
        if_match: IfMatch = None,
    ) -> Response[ChannelShown]:
        """Change what is given; requests in flight go on as they began."""
        async with writing(parts.maker) as session:
            channel = await row_of(session, Channel, channel_id, held=True)
            before = await shown(session, channel)
            check_match(if_match, before)
            after = await edit_channel(
                session,
                request.user,
                parts.providers,
                parts.secrets,
                channel,
                before=before,
                wanted=wanted_of(data),
                name=None if data.name is UNSET else data.name,
            )
        return tagged(after)

    @delete("/{channel_id:int}", summary="Delete a channel", responses=DELETES)
    async def delete_channel(
        self, request: AdminRequest, parts: Parts, channel_id: RowId, if_match: IfMatch = None
    ) -> None:
        """Delete a channel and its keys; what was billed through it stays."""
        async with writing(parts.maker) as session:
            channel = await row_of(session, Channel, channel_id, held=True)
            before = await shown(session, channel)
            check_match(if_match, before)
            await delete_channel(session, request.user, before)


async def _add_keys(session: AsyncSession, parts: AdminParts, channel: Channel, keys: list[str]) -> None:
    provider = provider_named(parts.providers, channel.provider)
    # Where no key is asked for, one that is empty stands for the way itself.
    secrets = keys or ([] if provider.needs_key else [""])
    for place, secret in enumerate(secrets):
        with secret_at(f"keys[{place}]"):
            await add_channel_key(session, parts.secrets, channel, provider, secret)
