"""Databases of both kinds."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from oblivious.app.tables import metadata
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import Sessions, sessions


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine for a database without any table."""
    engine = create_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def maker(empty: AsyncEngine) -> Sessions:
    """Sessions of a database that has every table."""
    async with empty.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return sessions(empty)


@pytest.fixture
def secrets() -> Secrets:
    return Secrets("the secret key of a test")
