import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from oblivious.app.tables import metadata
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.migrate import SchemaOutdated, check_current, is_current, upgrade


def differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


class TestUpgrade:
    async def test_migrations_make_what_the_models_say(self, empty: AsyncEngine) -> None:
        """From an empty database, Alembic finds nothing left to do."""
        await upgrade(empty)

        async with empty.connect() as connection:
            assert await connection.run_sync(differences) == []

    async def test_a_second_run_changes_nothing(self, empty: AsyncEngine) -> None:
        """`migrate` can be typed whenever one likes."""
        await upgrade(empty)
        await upgrade(empty)

        assert await is_current(empty)

    async def test_several_at_once_wait_for_each_other(self, database_url: str) -> None:
        """Every gateway of a rollout may migrate: one does it, the others find it done."""
        engines = [create_engine(database_url) for _ in range(4)]
        try:
            await asyncio.gather(*(upgrade(engine) for engine in engines))

            assert await is_current(engines[0])
        finally:
            await asyncio.gather(*(engine.dispose() for engine in engines))


class TestCheckCurrent:
    async def test_an_empty_database_is_refused_with_the_command_to_run(self, empty: AsyncEngine) -> None:
        """Who serves on it is told what to do."""
        assert not await is_current(empty)
        with pytest.raises(SchemaOutdated, match="oblivious migrate"):
            await check_current(empty)

    async def test_a_migrated_one_is_accepted(self, empty: AsyncEngine) -> None:
        """Nothing is raised."""
        await upgrade(empty)

        await check_current(empty)
