"""A ledger for steps that ask one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from oblivious.app.tables import metadata
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import sessions
from tests.fakes.books import Books


@pytest.fixture
async def books(tmp_path: Path) -> AsyncIterator[Books]:
    """Books in an SQLite file."""
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield Books(sessions(engine))
    await engine.dispose()
