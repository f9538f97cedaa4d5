"""`/api/v1/channels/{id}/keys`: what a channel presents to its provider."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody
from litestar.status_codes import HTTP_201_CREATED
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.channels.keys import (
    add_channel_key,
    disable_channel_key,
    edit_channel_key,
    enable_channel_key,
    remove_channel_key,
)
from oblivious.channels.repository import provider_named
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.gateway.routes.admin.acts import act
from oblivious.gateway.routes.admin.answers import ADDS, DELETES, EDITS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.channel_wishes import KeyEdit, NewKey, secret_at, wanted_key_of
from oblivious.gateway.routes.admin.etags import ETAG, MADE, IfMatch, check_match, tagged
from oblivious.gateway.routes.admin.key_shown import (
    CHANNEL_KEY,
    KeyShown,
    key_list,
    key_name,
    key_shown,
)
from oblivious.gateway.routes.admin.listing import read_list
from oblivious.gateway.routes.admin.lists import asked_of, called, listed, page_of
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import AdminParts, Parts
from oblivious.gateway.routes.admin.rows import RowId, row_of
from oblivious.identity.admins import Actor
from oblivious.identity.audit import note_change
from oblivious.infra.database.sessions import reading, writing

_SECRET = "secret"  # noqa: S105 - the name of a member

KeyPage = Annotated[Page[KeyShown], called("KeyPage")]

_Switch = Callable[[AsyncSession, int], Awaitable[ChannelKey]]


class ChannelKeys(Controller):
    """What channels present to their providers; a secret goes in and never comes out."""

    path = "/channels/{channel_id:int}/keys"
    tags = ("channels",)

    @get(summary="List the keys of a channel", responses=READS, operation_class=listed(key_list(0)))
    async def list_keys(self, request: AdminRequest, parts: Parts, channel_id: RowId) -> KeyPage:
        """Return the keys, each by a hint."""
        listing = key_list(channel_id)
        asked = asked_of(request, listing)
        async with reading(parts.maker) as session:
            await row_of(session, Channel, channel_id)
            found = await read_list(session, listing, asked)
        return page_of(found, key_shown)

    @post(summary="Add a key to a channel", responses=ADDS, response_headers=MADE)
    async def add_key(
        self, request: AdminRequest, parts: Parts, channel_id: RowId, data: JSONBody[NewKey]
    ) -> Response[KeyShown]:
        """Add a key; running gateways use it within a second."""
        async with writing(parts.maker) as session:
            channel = await row_of(session, Channel, channel_id, held=True)
            provider = provider_named(parts.providers, channel.provider)
            with secret_at(_SECRET):
                key = await add_channel_key(
                    session, parts.secrets, channel, provider, data.secret, wanted=wanted_key_of(data)
                )
            after = key_shown(key)
            await note_change(
                session, request.user, "create", CHANNEL_KEY, key_name(channel, key), after=after
            )
        return tagged(after, status=HTTP_201_CREATED, location=f"/api/v1/channels/{channel_id}/keys/{key.id}")

    @get("/{key_id:int}", summary="Get a key of a channel", responses=READS, response_headers=ETAG)
    async def get_key(self, parts: Parts, channel_id: RowId, key_id: RowId) -> Response[KeyShown]:
        """Return one key by its hint."""
        async with reading(parts.maker) as session:
            return tagged(key_shown((await _key_of(session, channel_id, key_id))[1]))

    @patch("/{key_id:int}", summary="Change a key of a channel", responses=EDITS, response_headers=ETAG)
    async def change_key(
        self,
        request: AdminRequest,
        *,
        parts: Parts,
        channel_id: RowId,
        key_id: RowId,
        data: JSONBody[KeyEdit],
        if_match: IfMatch = None,
    ) -> Response[KeyShown]:
        """Change what is given; another secret is as good as another key."""
        secret = None if data.secret is UNSET else data.secret
        async with writing(parts.maker) as session:
            channel, key = await _key_of(session, channel_id, key_id, held=True)
            before = key_shown(key)
            check_match(if_match, before)
            provider = provider_named(parts.providers, channel.provider)
            with secret_at(_SECRET):
                await edit_channel_key(
                    session, parts.secrets, provider, key, wanted_key_of(data), secret=secret
                )
            after = key_shown(key)
            name = key_name(channel, key)
            await note_change(session, request.user, "edit", CHANNEL_KEY, name, before=before, after=after)
        return tagged(after)

    @act("/{key_id:int}/enable", summary="Switch a key on")
    async def enable_key(
        self, request: AdminRequest, parts: Parts, channel_id: RowId, key_id: RowId
    ) -> Response[KeyShown]:
        """Let a key be used again, whoever switched it off."""
        return await _switched(
            request.user, parts, channel_id, key_id, action="enable", switch=enable_channel_key
        )

    @act("/{key_id:int}/disable", summary="Switch a key off")
    async def disable_key(
        self, request: AdminRequest, parts: Parts, channel_id: RowId, key_id: RowId
    ) -> Response[KeyShown]:
        """Use a key no more; requests in flight go on as they began."""
        return await _switched(
            request.user, parts, channel_id, key_id, action="disable", switch=disable_channel_key
        )

    @delete("/{key_id:int}", summary="Delete a key of a channel", responses=DELETES)
    async def delete_key(
        self,
        request: AdminRequest,
        parts: Parts,
        channel_id: RowId,
        key_id: RowId,
        if_match: IfMatch = None,
    ) -> None:
        """Delete a key; what it made at its provider can no longer be reached."""
        async with writing(parts.maker) as session:
            channel, key = await _key_of(session, channel_id, key_id, held=True)
            before = key_shown(key)
            check_match(if_match, before)
            await remove_channel_key(session, key)
            await note_change(
                session, request.user, "delete", CHANNEL_KEY, key_name(channel, key), before=before
            )


async def _switched(
    actor: Actor, parts: AdminParts, channel_id: int, key_id: int, *, action: str, switch: _Switch
) -> Response[KeyShown]:
    async with writing(parts.maker) as session:
        channel, key = await _key_of(session, channel_id, key_id, held=True)
        before = key_shown(key)
        after = key_shown(await switch(session, key_id))
        await note_change(
            session, actor, action, CHANNEL_KEY, key_name(channel, key), before=before, after=after
        )
    return tagged(after)


async def _key_of(
    session: AsyncSession, channel_id: int, key_id: int, *, held: bool = False
) -> tuple[Channel, ChannelKey]:
    """Return a channel and its key.

    Raises:
        NotFoundException: there is no such channel, or the key is not one of its.
    """
    channel = await row_of(session, Channel, channel_id, held=held)
    key = await session.get(ChannelKey, key_id, with_for_update=held or None)
    if key is None or key.channel_id != channel_id:
        raise NotFoundException(detail=f"the channel {channel_id} has no key {key_id}")
    return channel, key
