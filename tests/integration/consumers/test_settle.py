import asyncio

import pytest

from oblivious.billing.settlement import Settlement
from oblivious.consumers.reap import tidy
from oblivious.consumers.settle import keep_telling, settle_from_bus
from oblivious.infra.bus.marks import Mark
from oblivious.infra.bus.rabbit.deadletters import list_dead
from oblivious.infra.bus.rabbit.publisher import RabbitSink
from oblivious.infra.database.sessions import Sessions
from tests.fakes.books import FUNDS, Books
from tests.fakes.outcomes import paid


@pytest.fixture
async def books(maker: Sessions) -> Books:
    return Books(maker)


async def until_marked(books: Books, mark: Mark) -> None:
    """Wait until the journal is settled so far."""
    async with asyncio.timeout(60):
        while await books.mark() != mark:  # noqa: ASYNC110 - another task writes the database
            await asyncio.sleep(0.02)


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task that runs for ever."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


class TestSettleFromBus:
    async def test_settles_what_the_broker_holds_until_it_is_stopped(
        self, books: Books, amqp_url: str
    ) -> None:
        """What is bad is among the dead letters and counts as done; what comes later waits."""
        account = await books.account()
        sink, stopping = RabbitSink(amqp_url), asyncio.Event()
        await sink.deliver([paid(1, account), paid(2, 4711), paid(3, account)])
        worker = asyncio.create_task(settle_from_bus(amqp_url, books.settlement, stopping))
        await until_marked(books, Mark(3))
        stopping.set()
        async with asyncio.timeout(60):
            await worker
        await sink.deliver([paid(4, account)])
        await sink.close()

        assert await books.balance(account) == (FUNDS - 200, 3)
        assert [letter.outcomes for letter in await list_dead(amqp_url)] == [[paid(2, 4711)]]
        assert await books.violations() == []

    async def test_tells_a_store_that_was_away_before_it_goes(self, books: Books, amqp_url: str) -> None:
        """The last batch is told, too."""
        account = await books.account()
        books.store.away = True
        await books.settlement.settle([paid(1, account)])
        books.store.away = False
        stopping = asyncio.Event()
        stopping.set()
        async with asyncio.timeout(60):
            await settle_from_bus(amqp_url, books.settlement, stopping)

        assert [told.exchange_ids for told in books.store.told] == [["boot-x1"]]

    async def test_a_bug_ends_the_worker(self, books: Books, amqp_url: str) -> None:
        """It must not go on and look well."""
        account = await books.account()
        books.store.away = True
        await books.settlement.settle([paid(1, account)])
        books.store.broken = ZeroDivisionError()
        with pytest.raises(ZeroDivisionError):
            async with asyncio.timeout(60):
                await settle_from_bus(amqp_url, books.settlement, asyncio.Event())


class TestKeepTelling:
    async def test_tells_the_store_when_it_is_back_though_nothing_new_comes(self, books: Books) -> None:
        """An idle system still converges."""
        account = await books.account()
        books.store.away = True
        await books.settlement.settle([paid(1, account)])
        telling = asyncio.create_task(keep_telling(books.settlement.untold, every_seconds=0.001))
        books.store.away = False
        async with asyncio.timeout(20):
            await books.store.heard.wait()
        await ended(telling)

        assert [told.posted for told in books.store.told] == [FUNDS - 100]


class TestTidy:
    async def test_mends_a_wallet_whose_settlement_died_before_it_told_the_store(self, books: Books) -> None:
        """The settler is gone with what it had to tell; the ledger knows."""
        account = await books.account()
        await books.store.seed(account, FUNDS, 1)
        await books.store.spend(account, "boot-x1", 100)
        books.store.away = True
        await Settlement(books.maker, books.store).settle([paid(1, account)])
        tidying = asyncio.create_task(tidy(books.store, books.maker, every_seconds=0.001))
        books.store.away = False
        async with asyncio.timeout(20):
            await books.store.heard.wait()
        await ended(tidying)
        view = await books.store.wallet(account)

        assert view is not None
        assert (view.posted, view.total) == (FUNDS - 100, 0)
