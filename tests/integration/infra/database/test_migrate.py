import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table
from sqlalchemy.ext.asyncio import AsyncEngine

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.tables import metadata
from oblivious.billing.tables import UsageRow
from oblivious.channels.loading import load_directory
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.channels.tested import list_tests
from oblivious.identity.tables import ApiKey, Group
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.migrate import (
    SchemaOutdated,
    check_current,
    is_current,
    migrations_folder,
    upgrade,
)
from oblivious.infra.database.sessions import sessions
from oblivious.infra.database.sqlite import WRITES


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


def upgrade_to(connection: Connection, revision: str) -> None:
    """Bring a database to the schema of an older release."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def tables_of(connection: Connection) -> MetaData:
    """Return the tables that there are now."""
    found = MetaData()
    found.reflect(connection)
    return found


FILLED: dict[type, Any] = {
    str: "old",
    int: 0,
    bool: False,
    object: {},
    datetime: datetime(2026, 11, 1, tzinfo=UTC),
}


def row(table: Table, **said: Any) -> dict[str, Any]:
    """Return a row that says something in each column that may not be empty."""

    def is_needed(column: Column[Any]) -> bool:
        return not column.nullable and column.name != "id" and column.name not in said

    return {
        column.name: FILLED[column.type.python_type] for column in table.columns if is_needed(column)
    } | said


def write_old_rows(connection: Connection, secrets: Secrets) -> None:
    """Write one row into each table that has grown since, as the first release did."""
    tables = tables_of(connection).tables
    rows: dict[str, dict[str, Any]] = {
        "groups": {"name": "vip", "ratio": "0.5"},
        "users": {"group_id": 1},
        "api_keys": {"user_id": 1},
        "channels": {
            "name": "main",
            "provider": "openai",
            "models": ["gpt"],
            "mapping": {"gpt": "gpt-4o"},
            "groups": ["vip"],
            "weight": 7,
        },
        "channel_keys": {"channel_id": 1, "secret": secrets.encrypt("sk-old")},
        "usage_rows": {"amount_nano_usd": 12},
    }
    for name, said in rows.items():
        connection.execute(tables[name].insert().values(row(tables[name], **said)))


class TestRows:
    async def test_what_an_older_release_has_written_stays_and_serves_as_before(
        self, empty: AsyncEngine, secrets: Secrets
    ) -> None:
        """Its rows get what has come since in its plainest form."""
        async with empty.connect() as plain:
            connection = await plain.execution_options(**{WRITES: True})
            async with connection.begin():
                await connection.run_sync(upgrade_to, "0001")
                await connection.run_sync(write_old_rows, secrets)

        await upgrade(empty)

        async with sessions(empty)() as session:
            channel = await session.get_one(Channel, 1)
            key = await session.get_one(ChannelKey, 1)
            group = await session.get_one(Group, 1)
            api_key = await session.get_one(ApiKey, 1)
            usage = await session.get_one(UsageRow, 1)
            directory = await load_directory(session, secrets, PROVIDERS)
        (candidate,) = directory.candidates("gpt", "vip", "openai_chat")
        assert (candidate.upstream_model, candidate.keys[0].secret) == ("gpt-4o", "sk-old")
        assert (channel.name, channel.weight, channel.groups) == ("main", 7, ["vip"])
        assert (channel.tag, channel.draining, channel.link) == ("", False, None)
        assert channel.limits == channel.abilities == channel.shaping == channel.tests == {}
        assert (key.hint, key.pool, key.mapping, key.off_reason, key.balance) == ("old", "", {}, "", None)
        assert (group.name, group.ratio, group.strategy, group.calls_per_choice) == ("vip", "0.5", "", False)
        assert (api_key.name, api_key.kind) == ("old", "relay")
        assert (usage.amount_nano_usd, usage.trace, usage.calls) == (12, None, 1)

    async def test_tests_of_keys_that_are_gone_go(self, empty: AsyncEngine, secrets: Secrets) -> None:
        """Those of a key that is there stay."""

        def write(connection: Connection) -> None:
            upgrade_to(connection, "0003")
            write_old_rows(connection, secrets)
            tests = tables_of(connection).tables["channel_tests"]
            for number in (1, 99):
                connection.execute(tests.insert().values(row(tests, channel_key_id=number)))

        async with empty.connect() as plain:
            connection = await plain.execution_options(**{WRITES: True})
            async with connection.begin():
                await connection.run_sync(write)

        await upgrade(empty)

        async with sessions(empty)() as session:
            assert [test.channel_key_id for test in await list_tests(session)] == [1]
