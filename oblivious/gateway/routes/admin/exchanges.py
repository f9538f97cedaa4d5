"""`/api/v1/exchanges`: what became of requests, and why each went where it did."""

import re
from typing import Annotated

from litestar import Controller, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter
from sqlalchemy import select
from sqlmodel import col

from oblivious.billing.tables import UsageRow
from oblivious.gateway.routes.admin.answers import LISTS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.exchange_shown import (
    EXCHANGE_LIST,
    ExchangeShown,
    ExchangeTold,
    exchange_shown,
    exchange_told,
)
from oblivious.gateway.routes.admin.lists import called, listed, read_page
from oblivious.gateway.routes.admin.page import Page
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.infra.database.sessions import reading

ExchangePage = Annotated[Page[ExchangeShown], called("ExchangePage")]

_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}")


class Exchanges(Controller):
    """What became of requests; they appear here when they are settled, moments after their end."""

    path = "/exchanges"
    tags = ("exchanges",)

    @get(summary="List exchanges", responses=LISTS, operation_class=listed(EXCHANGE_LIST))
    async def list_exchanges(self, request: AdminRequest, parts: Parts) -> ExchangePage:
        """Return the exchanges, the newest first; `since` and `until` say when they were admitted."""
        return await read_page(request, parts, EXCHANGE_LIST, exchange_shown)

    @get("/{exchange_id:str}", summary="Get an exchange with its trace", responses=READS)
    async def get_exchange(self, exchange_id: Annotated[str, PathParameter()], parts: Parts) -> ExchangeTold:
        """Return one exchange by its id, with all that was tried for it.

        Raises:
            NotFoundException: none of that id is settled.
        """
        row = None
        if _ID.fullmatch(exchange_id):
            rows = select(UsageRow).where(col(UsageRow.exchange_id) == exchange_id)
            async with reading(parts.maker) as session:
                row = await session.scalar(rows.order_by(col(UsageRow.part)).limit(1))
        if row is None:
            raise NotFoundException(detail=f"no exchange {exchange_id!r} is settled")
        return exchange_told(row)
