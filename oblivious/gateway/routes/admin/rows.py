"""One row by its number, and what the audit remembers of a change to it."""

from typing import Annotated, TypeVar

import msgspec
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.identity.admins import Actor
from oblivious.identity.audit import note_change
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


async def remember(
    session: AsyncSession,
    actor: Actor,
    action: str,
    kind: str,
    name: str,
    *,
    before: msgspec.Struct | None = None,
    after: msgspec.Struct | None = None,
) -> None:
    """Write down a change of what the API shows, which never holds a secret."""
    await note_change(session, actor, action, kind, name, before=_plain(before), after=_plain(after))


def _plain(shown: msgspec.Struct | None) -> dict[str, object] | None:
    plain: dict[str, object] | None = None if shown is None else msgspec.to_builtins(shown)
    return plain
