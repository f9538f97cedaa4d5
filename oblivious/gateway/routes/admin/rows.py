"""One row by its number."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from litestar.exceptions import NotFoundException
from litestar.params import PathParameter
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.gateway.routes.admin.etags import Shown, check_match
from oblivious.infra.database.table import Table

Row = TypeVar("Row", bound=Table)

RowId = Annotated[int, PathParameter(ge=1, le=2**53 - 1)]
"""The number of a row in a path; within what every JSON reader keeps exactly."""


async def row_of(session: AsyncSession, kind: type[Row], number: int, *, held: bool = False) -> Row:
    """Return the row of that number; `held` keeps it as it is until the transaction ends.

    Raises:
        NotFoundException: there is none.
    """
    row = await session.get(kind, number, with_for_update=held or None)
    if row is None:
        raise NotFoundException(detail=f"there is no {kind.__name__.lower()} {number}")
    return row


async def seen_row(
    session: AsyncSession, kind: type[Row], number: int, if_match: str | None, show: Callable[[Row], Shown]
) -> tuple[Row, Shown]:
    """Return the row of that number, kept as it is until the transaction ends, and what is shown of it.

    Raises:
        NotFoundException: there is none.
        EtagMissing, StaleEtag: the client does not say what it has seen, or it is not this.
    """
    row = await row_of(session, kind, number, held=True)
    shown = show(row)
    check_match(if_match, shown)
    return row, shown
