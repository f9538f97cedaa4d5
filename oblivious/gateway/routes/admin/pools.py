"""`/api/v1/pools`: quotas that channel keys share at their provider."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_201_CREATED
from msgspec import UNSET, UnsetType
from sqlalchemy import select
from sqlmodel import col

from oblivious.channels.catalogue import add_pool, put_pool, remove_pool
from oblivious.channels.tables import Pool
from oblivious.gateway.routes.admin.answers import CREATES, DELETES, EDITS, LISTS, READS
from oblivious.gateway.routes.admin.asked import Field
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.etags import ETAG, IfMatch, check_match, tagged
from oblivious.gateway.routes.admin.listing import Listing, read_list
from oblivious.gateway.routes.admin.lists import asked_of, listed, page_of
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.gateway.routes.admin.rows import RowId, remember, row_of
from oblivious.infra.database.sessions import reading, writing

_KIND = "pool"


class PoolShown(msgspec.Struct, frozen=True):
    """A quota that several channel keys share.

    Attributes:
        limits: the most that is sent: `rpm`, `tpm`, `concurrency`, `spend_nano_usd_per_day`.
    """

    id: int
    name: str
    limits: Mapping[str, Any]
    created_at: datetime


class NewPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pool to add; keys name it then."""

    name: str
    limits: dict[str, Any] = {}


class PoolEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a pool."""

    limits: dict[str, Any] | UnsetType = UNSET


POOL_LIST = Listing(
    rows=select(Pool),
    fields={
        "id": Field(col(Pool.id), int, filters=False),
        "name": Field(col(Pool.name)),
        "created_at": Field(col(Pool.created_at), datetime, filters=False),
    },
    searched=(col(Pool.name),),
    usual="name",
)


class Pools(Controller):
    """Quotas that channel keys share at their provider."""

    path = "/pools"
    tags = ("pools",)

    @get(summary="List pools", responses=LISTS, operation_class=listed(POOL_LIST))
    async def list_pools(self, request: AdminRequest, parts: Parts) -> Page[PoolShown]:
        """Return the pools."""
        asked = asked_of(request, POOL_LIST)
        async with reading(parts.maker) as session:
            found = await read_list(session, POOL_LIST, asked)
        return page_of(found, _shown)

    @post(summary="Add a pool", responses=CREATES, response_headers=ETAG)
    async def add_pool(
        self, request: AdminRequest, parts: Parts, data: JSONBody[NewPool]
    ) -> Response[PoolShown]:
        """Add a pool; keys can be put into it at once."""
        async with writing(parts.maker) as session:
            pool = await add_pool(session, data.name, data.limits)
            shown = _shown(pool)
            await remember(session, request.user, "create", _KIND, pool.name, after=shown)
        return tagged(shown, status=HTTP_201_CREATED, location=f"/api/v1/pools/{pool.id}")

    @get("/{pool_id:int}", summary="Get a pool", responses=READS, response_headers=ETAG)
    async def get_pool(self, parts: Parts, pool_id: RowId) -> Response[PoolShown]:
        """Return one pool."""
        async with reading(parts.maker) as session:
            return tagged(_shown(await row_of(session, Pool, pool_id)))

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
            pool = await row_of(session, Pool, pool_id, held=True)
            before = _shown(pool)
            check_match(if_match, before)
            limits = pool.limits if data.limits is UNSET else data.limits
            after = _shown(await put_pool(session, pool.name, limits))
            await remember(session, request.user, "edit", _KIND, pool.name, before=before, after=after)
        return tagged(after)

    @delete("/{pool_id:int}", summary="Delete a pool", responses=DELETES)
    async def delete_pool(
        self, request: AdminRequest, parts: Parts, pool_id: RowId, if_match: IfMatch = None
    ) -> None:
        """Delete a pool that no channel key is in."""
        async with writing(parts.maker) as session:
            pool = await row_of(session, Pool, pool_id, held=True)
            before = _shown(pool)
            check_match(if_match, before)
            await remove_pool(session, pool.name)
            await remember(session, request.user, "delete", _KIND, before.name, before=before)


def _shown(pool: Pool) -> PoolShown:
    return msgspec.convert(pool, PoolShown, from_attributes=True)
