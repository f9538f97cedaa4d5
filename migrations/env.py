# ruff: noqa: INP001 - Alembic loads this file by its path
"""How Alembic reaches the database: over the connection it is given, or by OBLIVIOUS_DATABASE_URL.

The program gives a connection (`oblivious migrate`). A developer who writes a migration sets the URL of a
scratch database and types `alembic revision --autogenerate -m "..."`.
"""

import asyncio
import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection
from sqlmodel import AutoString

from oblivious.app.tables import metadata
from oblivious.infra.database import types
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sqlite import WRITES

_OWN_TYPES = {
    "BigKey": types.BigKey,
    "Json": types.Json,
    "UtcDateTime()": types.UtcDateTime,
    "EncryptedText()": types.EncryptedText,
}


def _name_of_type(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write a column type of ours by its name."""
    named = next((name for name, own in _OWN_TYPES.items() if kind == "type" and _is(item, own)), None)
    if named is None:
        return "sa.String()" if isinstance(item, AutoString) else False
    autogenerate.imports.add(f"from {types.__name__} import {named.removesuffix('()')}")
    return named


def _is(item: object, own: object) -> bool:
    return isinstance(item, own) if isinstance(own, type) else item is own


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",  # it can't alter a table in place
        render_item=_name_of_type,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_by_url() -> None:
    engine = create_engine(os.environ["OBLIVIOUS_DATABASE_URL"])
    async with engine.connect() as plain:
        connection = await plain.execution_options(**{WRITES: True})
        async with connection.begin():
            await connection.run_sync(_run)
    await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("migrations run on a connection only: what they do depends on the database")
if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    asyncio.run(_run_by_url())
