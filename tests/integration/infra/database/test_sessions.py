import asyncio
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import text

from oblivious.app.tables import metadata
from oblivious.infra.database.engine import UnsupportedDatabase, create_engine
from oblivious.infra.database.revisions import Topic, bump, read_revisions
from oblivious.infra.database.sessions import Sessions, reading, sessions, writing

READ_THEN_WRITE = textwrap.dedent(
    """
    import asyncio, sys
    from sqlalchemy import text
    from oblivious.infra.database.engine import create_engine
    from oblivious.infra.database.sessions import sessions, writing

    async def main():
        engine = create_engine(sys.argv[1])
        maker = sessions(engine)
        for _ in range(int(sys.argv[2])):
            async with writing(maker) as session:
                number = (await session.execute(text("SELECT number FROM revisions"))).scalar_one()
                await session.execute(text("UPDATE revisions SET number = :n"), {"n": number + 1})
        await engine.dispose()

    asyncio.run(main())
    """
)


class TestWriting:
    async def test_it_commits_at_the_end(self, maker: Sessions) -> None:
        """What was written is there for the next transaction."""
        async with writing(maker) as session:
            await bump(session, Topic.KEYS)

        async with reading(maker) as session:
            assert (await read_revisions(session))[Topic.KEYS] == 1

    async def test_an_error_undoes_everything(self, maker: Sessions) -> None:
        """All or nothing."""

        async def fail() -> None:
            async with writing(maker) as session:
                await bump(session, Topic.KEYS)
                raise LookupError

        with pytest.raises(LookupError):
            await fail()

        async with reading(maker) as session:
            assert (await read_revisions(session))[Topic.KEYS] == 0

    async def test_writers_that_read_first_wait_for_each_other(self, sqlite_url: str) -> None:
        """Three processes count one row up, 40 times each: no step is lost, and none fails as locked."""
        engine = create_engine(sqlite_url)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            await connection.execute(text("INSERT INTO revisions (topic, number) VALUES ('keys', 0)"))
        writers = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", READ_THEN_WRITE, sqlite_url, "40", cwd=Path.cwd()
            )
            for _ in range(3)
        ]

        assert [await writer.wait() for writer in writers] == [0, 0, 0]
        async with reading(sessions(engine)) as session:
            assert (await read_revisions(session))[Topic.KEYS] == 120
        await engine.dispose()

    async def test_readers_do_not_wait_for_a_writer(self, maker: Sessions) -> None:
        """They see what was committed before."""
        async with writing(maker) as writer:
            await bump(writer, Topic.KEYS)
            async with reading(maker) as reader:
                assert (await read_revisions(reader))[Topic.KEYS] == 0


class TestReading:
    async def test_what_it_writes_is_never_kept(self, maker: Sessions) -> None:
        """PostgreSQL refuses it at once, SQLite rolls it back."""
        refused = False
        try:
            async with reading(maker) as session:
                await bump(session, Topic.KEYS)
        except Exception as error:  # noqa: BLE001 - what matters is what is left in the database
            refused = "read-only" in str(error)

        async with reading(maker) as session:
            assert (await read_revisions(session))[Topic.KEYS] == 0
            assert refused == (session.get_bind().dialect.name == "postgresql")


class TestCreateEngine:
    @pytest.mark.parametrize(
        "url", ["mysql+aiomysql://h/d", "sqlite:///x", "postgresql://h/d", "nonsense", "sqlite://h:x/d"]
    )
    def test_other_databases_and_drivers_are_refused(self, url: str) -> None:
        """Only the two that are tested."""
        with pytest.raises(UnsupportedDatabase):
            create_engine(url)
