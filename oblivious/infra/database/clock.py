"""The database's own clock, which processes on different hosts share."""

from datetime import datetime

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from oblivious.infra.database.types import UtcDateTime


class database_now(FunctionElement[datetime]):  # noqa: N801 - it reads as the SQL function that it is
    """The present moment as the database sees it."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(database_now, "postgresql")
def _on_postgresql(_element: database_now, _compiler: SQLCompiler, **_options: object) -> str:
    return "clock_timestamp()"


@compiles(database_now, "sqlite")
def _on_sqlite(_element: database_now, _compiler: SQLCompiler, **_options: object) -> str:
    # Microseconds, because SQLAlchemy reads and compares moments as text of that length.
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
