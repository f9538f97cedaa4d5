"""Many rows or many values with one statement and one parameter, which the database itself takes apart.

For a batch of settlements that takes a quarter of the processor time of one parameter a value. And however
many there are, it is one statement: drivers and servers keep each that they have met.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Dialect,
    Result,
    Table,
    TextClause,
    any_,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.infra.database.engine import POSTGRESQL
from oblivious.infra.database.table import metadata
from oblivious.infra.database.types import UtcDateTime


async def insert_rows(
    session: AsyncSession,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    unless_there: bool = False,
    returning: tuple[str, ...] = (),
) -> Result[*tuple[Any, ...]]:
    """Insert rows that all name the same columns, in one order; moments are aware `datetime`s.

    With `unless_there` a row that a unique constraint forbids is left out; `returning` names columns to get
    back of the rows that were inserted.
    """
    statement = _insert(
        metadata.tables[table],
        tuple(rows[0]),
        session.get_bind().dialect,
        unless_there=unless_there,
        returning=returning,
    )
    return await session.execute(statement, {"rows": msgspec.json.encode(rows).decode()})


def one_of(session: AsyncSession, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Return the condition that a column has one of these values."""
    if session.get_bind().dialect.name == POSTGRESQL:
        return column == any_(literal(list(values), ARRAY(column.type)))
    listed = func.json_each(msgspec.json.encode(list(values)).decode()).table_valued("value")
    return column.in_(select(listed.c.value))


@lru_cache(128)
def _insert(
    table: Table, names: tuple[str, ...], dialect: Dialect, *, unless_there: bool, returning: tuple[str, ...]
) -> TextClause:
    columns = [table.c[name] for name in names]
    source = _from_postgresql(columns, dialect) if dialect.name == POSTGRESQL else _from_sqlite(columns)
    conflict = "ON CONFLICT DO NOTHING" if unless_there else ""
    back = f"RETURNING {', '.join(returning)}" if returning else ""
    # Only names of our own tables and columns get in here.
    return text(f"INSERT INTO {table.name} ({', '.join(names)}) {source} {conflict} {back}")


def _from_postgresql(columns: Sequence[Column[Any]], dialect: Dialect) -> str:
    names = ", ".join(column.name for column in columns)
    typed = ", ".join(f"{column.name} {column.type.compile(dialect)}" for column in columns)
    return f"SELECT {names} FROM json_to_recordset(CAST(:rows AS json)) AS r({typed})"  # noqa: S608 - as above


def _from_sqlite(columns: Sequence[Column[Any]]) -> str:
    values = ", ".join(_sqlite_value(column) for column in columns)
    # `WHERE true` keeps SQLite from reading ON CONFLICT as the condition of a join.
    return f"SELECT {values} FROM json_each(:rows) WHERE true"  # noqa: S608 - as above


def _sqlite_value(column: Column[Any]) -> str:
    value = f"json_extract(value, '$.{column.name}')"
    if isinstance(column.type, UtcDateTime):
        # As SQLAlchemy reads and compares moments: text of that length.
        return f"strftime('%Y-%m-%d %H\\:%M\\:%f000', {value})"
    return value
