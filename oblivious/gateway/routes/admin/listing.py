"""Lists out of the database: a declared set of fields, and keyset pages that no new row shifts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import eq
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped

from oblivious.gateway.routes.admin.asked import Asked, Field, Order, cursor_at
from oblivious.gateway.routes.admin.page import Page

Column = Mapped[Any]
"""An attribute of the listed entity."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of rows.

    Attributes:
        rows: selects one entity.
        fields: what it can be filtered and sorted by; none of their columns is ever NULL.
        searched: the columns of text in which `q` is looked for.
        key: the field that tells rows apart.
        usual: the order where none is asked for.
    """

    rows: Select[Any]
    fields: Mapping[str, Field[Column]]
    searched: Sequence[Column]
    key: str = "id"
    usual: str = "id"


async def read_list(session: AsyncSession, listing: Listing, asked: Asked) -> Page[Any]:
    """Read the rows that are asked for, how many there are on all pages, and where the next page begins."""
    wanted = listing.rows.where(*_conditions(listing, asked))
    total = await session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery()))
    page = wanted.order_by(*(_direction(listing, order) for order in asked.order)).limit(asked.limit + 1)
    if asked.after is not None:
        page = page.where(_behind(listing, asked.order, asked.after))
    rows = list(await session.scalars(page))
    more = len(rows) > asked.limit
    shown = rows[: asked.limit]
    following = cursor_at(asked.order, _values(listing, asked, shown[-1])) if more else None
    return Page(shown, total or 0, following)


def _conditions(listing: Listing, asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [_holds(listing.fields[name], value) for name, value in asked.filters.items()]
    if asked.q:
        conditions.append(or_(*(column.icontains(asked.q, autoescape=True) for column in listing.searched)))
    return conditions


def _holds(field: Field[Column], value: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = (field.holds or eq)(field.source, value)
    return condition


def _direction(listing: Listing, order: Order) -> ColumnElement[Any]:
    column = listing.fields[order.field].source
    return column.desc() if order.descending else column.asc()


def _behind(listing: Listing, orders: Sequence[Order], last: Sequence[Any]) -> ColumnElement[bool]:
    """Say of a row that it comes after the one with these values: equal in the first ones, then beyond."""
    ways: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for order, value in zip(orders, last, strict=True):
        column = listing.fields[order.field].source
        ways.append(and_(*same, column < value if order.descending else column > value))
        same.append(column == value)
    return or_(*ways)


def _values(listing: Listing, asked: Asked, row: Any) -> list[Any]:
    columns = [listing.fields[order.field].source for order in asked.order]
    return [getattr(row, cast("InstrumentedAttribute[Any]", column).key) for column in columns]
