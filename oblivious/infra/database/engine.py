"""Engines for the two databases, set up so that several processes can share one."""

from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from oblivious.infra.database.sqlite import BUSY_SECONDS, set_up_sqlite

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

_POSTGRESQL_POOL: dict[str, Any] = {
    "pool_size": 8,
    "max_overflow": 8,
    "pool_timeout": 10,
    # A restarted server must cost nobody a failed statement.
    "pool_pre_ping": True,
}
_POSTGRESQL_SETTINGS = {
    "application_name": "oblivious",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
    "jit": "off",
}
_CONNECT_SECONDS = 5
_SILENT_SERVER_SECONDS = 10
"""How much longer than the server, which ends a slow statement itself, we wait for its word."""


class UnsupportedDatabase(Exception):
    """The URL names a database or driver that is not one of the two."""


def create_engine(url: str | URL, *, echo: bool = False, statement_seconds: int | None = 20) -> AsyncEngine:
    """Make an engine for `sqlite+aiosqlite:` or `postgresql+asyncpg:`; nothing is connected yet.

    PostgreSQL ends a statement after `statement_seconds`; None: never.

    Raises:
        UnsupportedDatabase: the URL cannot be read or names something else.
    """
    parsed = _parse(url)
    # Values never show in errors and logs: some of them are hashes and sealed keys.
    shown: dict[str, bool] = {"echo": echo, "hide_parameters": True}
    if parsed.get_backend_name() == POSTGRESQL:
        arguments = _connect_arguments(statement_seconds)
        return create_async_engine(parsed, **shown, **_POSTGRESQL_POOL, connect_args=arguments)
    engine = create_async_engine(parsed, **shown, connect_args={"timeout": BUSY_SECONDS})
    set_up_sqlite(engine.sync_engine)
    return engine


def _connect_arguments(statement_seconds: int | None) -> dict[str, Any]:
    if statement_seconds is None:
        return {"timeout": _CONNECT_SECONDS, "server_settings": _POSTGRESQL_SETTINGS}
    limit = {"statement_timeout": f"{statement_seconds}s"}
    return {
        "timeout": _CONNECT_SECONDS,
        "command_timeout": statement_seconds + _SILENT_SERVER_SECONDS,
        "server_settings": _POSTGRESQL_SETTINGS | limit,
    }


def _parse(url: str | URL) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UnsupportedDatabase("the database URL cannot be read") from error
    if parsed.drivername not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise UnsupportedDatabase(
            f"{parsed.drivername!r} is not supported: use sqlite+aiosqlite or postgresql+asyncpg"
        )
    return parsed
