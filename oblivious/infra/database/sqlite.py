"""SQLite set up so that several processes can share one file, and wait for each other."""

import sqlite3
from typing import cast

import aiosqlite
from sqlalchemy import AdaptedConnection, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

WRITES = "oblivious_writes"
"""The execution option of a connection whose transaction is going to write."""

BUSY_SECONDS = 30
"""How long a connection waits for others that have the file."""

_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)
_PAUSE_SECONDS = wait_random(0.005, 0.05)


def set_up_sqlite(engine: Engine) -> None:
    """Have an engine open connections and begin transactions as several processes on one file need it."""
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)


def _connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cast("AdaptedConnection", connection).run_async(_set_up)


async def _set_up(connection: aiosqlite.Connection) -> None:
    # The driver must not begin transactions by itself: it would begin them deferred, and a deferred
    # transaction that reads and then writes fails as "locked" at once, whatever the timeout.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        await connection.execute(pragma)
    await _switch_to_wal(connection)


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY


@retry(
    retry=retry_if_exception(_is_locked),
    wait=_PAUSE_SECONDS,
    stop=stop_after_delay(BUSY_SECONDS),
    reraise=True,
)
async def _switch_to_wal(connection: aiosqlite.Connection) -> None:
    """Leave the file in WAL mode, where it stays.

    Of several that open a new file at once, SQLite refuses all but one at once, whatever the busy timeout:
    each holds a read lock that the others' exclusive one would wait for.
    """
    await connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
