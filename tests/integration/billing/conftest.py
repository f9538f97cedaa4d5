"""A ledger on each database."""

from collections.abc import AsyncIterator

import pytest

from oblivious.app.tables import metadata
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import Sessions, sessions
from tests.fakes.books import Books


@pytest.fixture
async def books(maker: Sessions) -> Books:
    return Books(maker)


@pytest.fixture
async def postgres_books(postgres_url: str) -> AsyncIterator[Books]:
    """Books on PostgreSQL, for what only that does."""
    engine = create_engine(postgres_url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield Books(sessions(engine))
    await engine.dispose()
