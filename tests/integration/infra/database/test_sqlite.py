"""A file of SQLite that several open."""

import asyncio
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from oblivious.infra.database.engine import create_engine

FILES = 25
EACH = 6


async def journal_of(engine: AsyncEngine) -> str:
    async with engine.connect() as connection:
        return str(await connection.scalar(text("PRAGMA journal_mode")))


async def test_who_opens_a_new_file_with_others_waits_for_them(tmp_path: Path) -> None:
    """SQLite refuses all but one that switch its journal at once; none of them hears of that."""
    for number in range(FILES):
        engines = [create_engine(f"sqlite+aiosqlite:///{tmp_path}/{number}.sqlite") for _ in range(EACH)]
        try:
            assert set(await asyncio.gather(*map(journal_of, engines))) == {"wal"}
        finally:
            await asyncio.gather(*(engine.dispose() for engine in engines))
