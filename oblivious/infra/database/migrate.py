"""Brings a database up to the schema that this code was written for."""

import functools
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from oblivious.infra.database.engine import POSTGRESQL, create_engine
from oblivious.infra.database.sqlite import WRITES

_PACKAGE = Path(__file__).parents[2]
_PLACES = (_PACKAGE.parent / "migrations", _PACKAGE / "migrations")
"""Beside the package in a checkout or an image, inside it where somebody packed it so."""

_ADVISORY_LOCK = 0x0B11_7105


class MigrationsMissing(Exception):
    """The folder with the migrations did not come along with the package."""


class SchemaOutdated(Exception):
    """The database has another schema than this code expects."""


def migrations_folder() -> Path:
    """Return where the migrations are.

    Raises:
        MigrationsMissing: they are in none of the places.
    """
    for place in _PLACES:
        if (place / "env.py").is_file():
            return place
    raise MigrationsMissing(f"no migrations in {' or '.join(map(str, _PLACES))}")


@functools.cache
def current_head() -> str | None:
    """Return the revision that this code expects; read once, it is part of the code."""
    return ScriptDirectory(str(migrations_folder())).get_current_head()


async def revision_of(engine: AsyncEngine) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    async with engine.connect() as connection:
        return await connection.run_sync(_revision_of)


async def is_current(engine: AsyncEngine) -> bool:
    """Say whether the database is at the revision that this code expects."""
    return await revision_of(engine) == current_head()


async def check_current(engine: AsyncEngine) -> None:
    """Refuse another schema; whoever serves does this first.

    Raises:
        SchemaOutdated: says what to do.
    """
    found = await revision_of(engine)
    if found != current_head():
        raise SchemaOutdated(
            f"the database is at revision {found or 'none'} and this program needs {current_head()}: "
            "run `oblivious migrate`"
        )


async def upgrade(engine: AsyncEngine) -> None:
    """Bring the database to the newest revision, whole or not at all.

    One process at a time does it; the others wait, and find it done.
    """
    # A migration may take longer than any statement of a running gateway may.
    patient = create_engine(engine.url, statement_seconds=None)
    try:
        async with patient.connect() as plain:
            connection = await plain.execution_options(**{WRITES: True})
            async with connection.begin():
                if engine.dialect.name == POSTGRESQL:
                    await _wait_for_others(connection)
                await connection.run_sync(_upgrade)
    finally:
        await patient.dispose()


async def _wait_for_others(connection: AsyncConnection) -> None:
    """Take the lock that ends with this transaction; SQLite's writers wait for each other anyway."""
    await connection.execute(text("SET LOCAL lock_timeout = 0"))
    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    await connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
