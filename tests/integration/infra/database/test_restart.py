import asyncio

from oblivious.app.tables import metadata
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.revisions import Topic, bump, read_revisions
from oblivious.infra.database.sessions import reading, sessions, writing
from oblivious.infra.database.watcher import Watcher
from tests.services.server import PrivateServer


class TestRestart:
    async def test_pooled_connections_outlive_a_restart_of_the_server(
        self, private_postgres: PrivateServer
    ) -> None:
        """While it is down the database is lost, and nothing else is raised; then everything works again."""
        engine = create_engine(await private_postgres.fresh())
        maker = sessions(engine)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        watcher = Watcher(maker)
        assert await watcher.poll_safely()

        await asyncio.to_thread(private_postgres.kill)
        assert not await watcher.poll_safely()
        try:
            async with writing(maker) as session:
                await bump(session, Topic.KEYS)
        except DATABASE_LOST:
            pass
        else:
            raise AssertionError("the server is down")

        await asyncio.to_thread(private_postgres.start)
        async with writing(maker) as session:
            await bump(session, Topic.KEYS)
        async with reading(maker) as session:
            assert (await read_revisions(session))[Topic.KEYS] == 1
        assert await watcher.poll_safely()
        await engine.dispose()

    async def test_a_server_killed_under_open_transactions_is_a_lost_database(
        self, private_postgres: PrivateServer
    ) -> None:
        """Whatever the driver raises in the middle of a statement is one of the errors that we name."""
        engine = create_engine(await private_postgres.fresh())
        maker = sessions(engine)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)

        async def write_for_ever() -> None:
            while True:
                async with writing(maker) as session:
                    await bump(session, Topic.KEYS)

        writers = [asyncio.create_task(write_for_ever()) for _ in range(8)]
        async with reading(maker) as session:
            while (await read_revisions(session))[Topic.KEYS] < 50:
                await session.rollback()
        await asyncio.to_thread(private_postgres.kill)

        ends = await asyncio.wait_for(asyncio.gather(*writers, return_exceptions=True), 30)

        assert [type(end) for end in ends if not isinstance(end, DATABASE_LOST)] == []
        await engine.dispose()
