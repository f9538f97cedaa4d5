"""`/api/v1/pools`: quotas that channel keys share at their provider."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_201_CREATED
from msgspec import UNSET, UnsetType

from oblivious.channels.catalogue import add_pool, put_pool, remove_pool
from oblivious.channels.tables import Pool
from oblivious.gateway.routes.admin.answers import CREATES, DELETES, EDITS, LISTS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.etags import ETAG, MADE, IfMatch, tagged
from oblivious.gateway.routes.admin.lists import called, listed, read_page
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.gateway.routes.admin.pool_shown import POOL, POOL_LIST, PoolShown, pool_shown
from oblivious.gateway.routes.admin.rows import RowId, row_of, seen_row
from oblivious.identity.audit import note_change
from oblivious.infra.database.sessions import reading, writing


class NewPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pool to add; keys name it then."""

    name: str
    limits: dict[str, Any] = {}


class PoolEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a pool."""

    limits: dict[str, Any] | UnsetType = UNSET


PoolPage = Annotated[Page[PoolShown], called("PoolPage")]


class Pools(Controller):
    """Quotas that channel keys share at their provider."""

    path = "/pools"
    tags = ("pools",)

    @get(summary="List pools", responses=LISTS, operation_class=listed(POOL_LIST))
    async def list_pools(self, request: AdminRequest, parts: Parts) -> PoolPage:
        """Return the pools."""
        return await read_page(request, parts, POOL_LIST, pool_shown)

    @post(summary="Add a pool", responses=CREATES, response_headers=MADE)
    async def add_pool(
        self, request: AdminRequest, parts: Parts, data: JSONBody[NewPool]
    ) -> Response[PoolShown]:
        """Add a pool; keys can be put into it at once."""
        async with writing(parts.maker) as session:
            pool = await add_pool(session, data.name, data.limits)
            shown = pool_shown(pool)
            await note_change(session, request.user, "create", POOL, pool.name, after=shown)
        return tagged(shown, status=HTTP_201_CREATED, location=f"/api/v1/pools/{pool.id}")

    @get("/{pool_id:int}", summary="Get a pool", responses=READS, response_headers=ETAG)
    async def get_pool(self, parts: Parts, pool_id: RowId) -> Response[PoolShown]:
        """Return one pool."""
        async with reading(parts.maker) as session:
            return tagged(pool_shown(await row_of(session, Pool, pool_id)))

    @patch("/{pool_id:int}", summary="Change a pool", responses=EDITS, response_headers=ETAG)
    async def change_pool(
        self,
        request: AdminRequest,
        parts: Parts,
        pool_id: RowId,
        data: JSONBody[PoolEdit],
        if_match: IfMatch = None,
    ) -> Response[PoolShown]:
        """Change what is given; requests in flight go on as they began."""
        async with writing(parts.maker) as session:
            pool, before = await seen_row(session, Pool, pool_id, if_match, pool_shown)
            limits = pool.limits if data.limits is UNSET else data.limits
            after = pool_shown(await put_pool(session, pool.name, limits))
            await note_change(session, request.user, "edit", POOL, pool.name, before=before, after=after)
        return tagged(after)

    @delete("/{pool_id:int}", summary="Delete a pool", responses=DELETES)
    async def delete_pool(
        self, request: AdminRequest, parts: Parts, pool_id: RowId, if_match: IfMatch = None
    ) -> None:
        """Delete a pool that no channel key is in."""
        async with writing(parts.maker) as session:
            pool, before = await seen_row(session, Pool, pool_id, if_match, pool_shown)
            await remove_pool(session, pool.name)
            await note_change(session, request.user, "delete", POOL, before.name, before=before)
