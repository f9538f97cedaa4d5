"""`/api/v1/groups`: classes of service."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_201_CREATED
from msgspec import UNSET, UnsetType
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.channels.catalogue import check_strategy
from oblivious.channels.tables import Channel
from oblivious.contracts.caller import FAIR
from oblivious.contracts.changes import InUse
from oblivious.gateway.routes.admin.answers import CREATES, DELETES, EDITS, LISTS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.channel_wishes import said
from oblivious.gateway.routes.admin.etags import ETAG, MADE, IfMatch, tagged
from oblivious.gateway.routes.admin.group_shown import GROUP, GROUP_LIST, GroupShown, group_shown
from oblivious.gateway.routes.admin.lists import called, listed, read_page
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.gateway.routes.admin.rows import RowId, row_of, seen_row
from oblivious.identity.audit import note_change
from oblivious.identity.groups import create_group, edit_group, remove_group
from oblivious.identity.tables import Group
from oblivious.infra.database.sessions import reading, writing


class NewGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group to add; see `GroupShown` for what each member means."""

    name: str
    policy: str = FAIR
    ratio: str = "1"
    calls_per_choice: bool = False
    strategy: str = ""


class GroupEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a group; what is not said stays as it is."""

    policy: str | UnsetType = UNSET
    ratio: str | UnsetType = UNSET
    calls_per_choice: bool | UnsetType = UNSET
    strategy: str | UnsetType = UNSET


GroupPage = Annotated[Page[GroupShown], called("GroupPage")]


class Groups(Controller):
    """Classes of service: price ratio, hold policy, how channels are chosen among."""

    path = "/groups"
    tags = ("groups",)

    @get(summary="List groups", responses=LISTS, operation_class=listed(GROUP_LIST))
    async def list_groups(self, request: AdminRequest, parts: Parts) -> GroupPage:
        """Return the groups."""
        return await read_page(request, parts, GROUP_LIST, group_shown)

    @post(summary="Add a group", responses=CREATES, response_headers=MADE)
    async def add_group(
        self, request: AdminRequest, parts: Parts, data: JSONBody[NewGroup]
    ) -> Response[GroupShown]:
        """Add a group; users can be put into it at once."""
        async with writing(parts.maker) as session:
            group = await create_group(session, **_given(data))
            shown = group_shown(group)
            await note_change(session, request.user, "create", GROUP, group.name, after=shown)
        return tagged(shown, status=HTTP_201_CREATED, location=f"/api/v1/groups/{group.id}")

    @get("/{group_id:int}", summary="Get a group", responses=READS, response_headers=ETAG)
    async def get_group(self, parts: Parts, group_id: RowId) -> Response[GroupShown]:
        """Return one group."""
        async with reading(parts.maker) as session:
            return tagged(group_shown(await row_of(session, Group, group_id)))

    @patch("/{group_id:int}", summary="Change a group", responses=EDITS, response_headers=ETAG)
    async def change_group(
        self,
        request: AdminRequest,
        parts: Parts,
        group_id: RowId,
        data: JSONBody[GroupEdit],
        if_match: IfMatch = None,
    ) -> Response[GroupShown]:
        """Change what is given; running gateways know it within a second."""
        async with writing(parts.maker) as session:
            group, before = await seen_row(session, Group, group_id, if_match, group_shown)
            after = group_shown(await edit_group(session, group.name, **_given(data)))
            await note_change(session, request.user, "edit", GROUP, group.name, before=before, after=after)
        return tagged(after)

    @delete("/{group_id:int}", summary="Delete a group", responses=DELETES)
    async def delete_group(
        self, request: AdminRequest, parts: Parts, group_id: RowId, if_match: IfMatch = None
    ) -> None:
        """Delete a group that no user is in and no channel names."""
        async with writing(parts.maker) as session:
            group, before = await seen_row(session, Group, group_id, if_match, group_shown)
            await _check_channels(session, group.name)
            await remove_group(session, group)
            await note_change(session, request.user, "delete", GROUP, before.name, before=before)


async def _check_channels(session: AsyncSession, name: str) -> None:
    rows = await session.execute(select(col(Channel.name), col(Channel.groups)))
    naming = [channel for channel, groups in rows if name in groups]
    if naming:
        raise InUse("group", f"channels name it: {', '.join(sorted(naming))}")


def _given(edit: msgspec.Struct) -> dict[str, Any]:
    if "strategy" in (given := said(edit)):
        check_strategy(given["strategy"])
    return given
