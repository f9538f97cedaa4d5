import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from oblivious.app.tables import metadata
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.revisions import Topic, bump
from oblivious.infra.database.sessions import Sessions, sessions, writing
from oblivious.infra.database.watcher import Watcher


class Told:
    """A subscriber that remembers what it was told, and may fail a few times first."""

    def __init__(self, failures: int = 0) -> None:
        self.topics: list[tuple[Topic, int]] = []
        self.failures = failures
        self.news = asyncio.Event()

    async def __call__(self, topic: Topic, number: int) -> None:
        """Be told."""
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not yet")
        self.topics.append((topic, number))
        self.news.set()


async def change(maker: Sessions, topic: Topic) -> None:
    async with writing(maker) as session:
        await bump(session, topic)


class TestPoll:
    async def test_the_first_poll_tells_everything_and_the_next_one_only_news(self, maker: Sessions) -> None:
        """A subscriber hears of a topic again only when it moved."""
        told, watcher = Told(), Watcher(maker)
        watcher.subscribe([Topic.KEYS, Topic.PRICES], told)

        await watcher.poll()
        await watcher.poll()
        await change(maker, Topic.PRICES)
        await change(maker, Topic.CHANNELS)
        await watcher.poll()

        assert told.topics == [(Topic.KEYS, 0), (Topic.PRICES, 0), (Topic.PRICES, 1)]

    async def test_who_failed_is_told_again_and_keeps_the_news_from_nobody(self, maker: Sessions) -> None:
        """A subscriber's fault is its own."""
        failing, well, watcher = Told(failures=1), Told(), Watcher(maker)
        watcher.subscribe([Topic.KEYS], failing)
        watcher.subscribe([Topic.KEYS], well)

        await watcher.poll()
        await watcher.poll()

        assert failing.topics == well.topics == [(Topic.KEYS, 0)]


class TestRun:
    async def test_a_change_is_told_within_a_second(self, maker: Sessions) -> None:
        """That is what the command line promises on a running server."""
        told, watcher = Told(), Watcher(maker)
        watcher.subscribe([Topic.KEYS], told)
        running = asyncio.create_task(watcher.run())
        await asyncio.wait_for(told.news.wait(), 5)
        told.news.clear()

        await change(maker, Topic.KEYS)
        await asyncio.wait_for(told.news.wait(), 1)

        assert told.topics[-1] == (Topic.KEYS, 1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    async def test_a_lost_database_is_polled_until_it_is_back(self, empty: AsyncEngine) -> None:
        """The watcher neither raises nor ends; here the tables are away."""
        told, watcher = Told(), Watcher(sessions(empty))
        watcher.subscribe([Topic.KEYS], told)
        assert not await watcher.poll_safely()
        assert not await watcher.poll_safely()

        async with empty.begin() as connection:
            await connection.run_sync(metadata.create_all)

        assert await watcher.poll_safely()
        assert told.topics == [(Topic.KEYS, 0)]

    async def test_a_server_that_refuses_connections_is_a_lost_database(self, free_port_url: str) -> None:
        """So is one that is not there at all."""
        engine = create_engine(free_port_url)

        assert not await Watcher(sessions(engine)).poll_safely()
        await engine.dispose()


@pytest.fixture
def free_port_url(unused_tcp_port: int) -> str:
    return f"postgresql+asyncpg://nobody@127.0.0.1:{unused_tcp_port}/nothing"
