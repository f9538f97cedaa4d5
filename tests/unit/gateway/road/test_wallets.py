"""Wallets follow the ledger, and outlive the loss of the store's data."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlmodel import select
from typing_extensions import override

from oblivious.billing.ledger import credit
from oblivious.contracts.errors import StateLost
from oblivious.contracts.meters import Meter, MeterKind, Need
from oblivious.gateway.road.wallets import Wallets, held_entries
from oblivious.infra.database import presence
from oblivious.infra.database.presence import Gateway
from oblivious.infra.database.sessions import reading, writing
from oblivious.infra.state.errors import StoreUnreachable
from oblivious.infra.state.protocol import Entry
from tests.fakes.books import FUNDS, Books
from tests.fakes.road import FakeStore


class ForgetfulStore(FakeStore):
    """Can lose all its data, as Redis does, and notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[int] = []
        self.reputs: list[str] = []

    def lose_all(self) -> None:
        """Begin anew."""
        super().__init__()

    @override
    async def epoch(self) -> str:
        self._reach()
        return await super().epoch()

    @override
    async def knows(self, account_id: int) -> bool:
        self._reach()
        return await super().knows(account_id)

    @override
    async def seed(self, account_id: int, posted: int, sequence: int) -> None:
        self._reach()
        self.told.append(account_id)
        await super().seed(account_id, posted, sequence)


def need(name: str = "x", account: int = 1) -> Need:
    gauge = Meter("exchanges in flight of the key", "k7:now", MeterKind.GAUGE, 5, 1, 0)
    window = Meter("requests per minute of the key", "k7:rpm", MeterKind.WINDOW, 5, 1, 60_000)
    return Need(name, account, 100, 0, (window, gauge), 60_000)


class Rig:
    """One process with its wallets, beside others."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.store = ForgetfulStore()
        self.needs: list[Need] = []
        self.wallets = Wallets(self.store, books.maker, boot_id="me", node="here", held=self._held)

    async def _held(self) -> AsyncIterator[list[Entry]]:
        yield held_entries(self.needs)

    async def available(self, account_id: int) -> int | None:
        """Return what the store would let the account spend."""
        wallet = await self.store.wallet(account_id)
        return None if wallet is None else wallet.available

    async def other(self, epoch: str) -> None:
        """Let another gateway be alive, which has put back what it held in that epoch."""
        async with writing(self.books.maker) as session:
            await presence.beat(session, "other", "there", epoch)

    async def announced(self) -> dict[str, str]:
        """Return which processes say that they are alive, and with which epoch."""
        async with reading(self.books.maker) as session:
            rows = (await session.execute(select(Gateway))).scalars()
            return {row.boot_id: row.epoch for row in rows}


@pytest.fixture
async def rig(books: Books) -> Rig:
    return Rig(books)


class TestSeed:
    async def test_the_wallet_says_what_the_ledger_says(self, rig: Rig) -> None:
        """To the nano-dollar."""
        account = await rig.books.account()

        await rig.wallets.seed(account, strict=False)

        assert await rig.available(account) == FUNDS

    async def test_a_hundred_who_ask_at_once_are_one_reading(self, rig: Rig) -> None:
        """The first request after a start is rarely alone."""
        account = await rig.books.account()

        await asyncio.gather(*(rig.wallets.seed(account, strict=False) for _ in range(100)))

        assert rig.store.told == [account]

    async def test_one_who_hangs_up_does_not_take_it_from_the_others(self, rig: Rig) -> None:
        """The reading goes on."""
        account = await rig.books.account()
        first = asyncio.create_task(rig.wallets.seed(account, strict=False))
        second = asyncio.create_task(rig.wallets.seed(account, strict=False))
        await asyncio.sleep(0)

        first.cancel()
        await second

        assert await rig.available(account) == FUNDS

    async def test_a_failure_is_told_to_all_and_tried_anew_by_the_next(self, rig: Rig) -> None:
        """Nothing is remembered of it."""
        account = await rig.books.account()
        rig.store.away = True

        failed = await asyncio.gather(
            *(rig.wallets.seed(account, strict=False) for _ in range(2)), return_exceptions=True
        )
        rig.store.away = False
        await rig.wallets.seed(account, strict=False)

        assert [type(error) for error in failed] == [StoreUnreachable, StoreUnreachable]
        assert await rig.available(account) == FUNDS

    async def test_without_the_ledger_it_says_so(self, rig: Rig) -> None:
        """An unknown balance is neither zero nor unlimited."""
        account = await rig.books.account()
        async with writing(rig.books.maker) as session:
            await session.execute(text("DROP TABLE accounts"))

        with pytest.raises(StateLost) as told:
            await rig.wallets.seed(account, strict=False)
        assert told.value.retry_after_ms


class TestStrict:
    async def test_it_waits_until_every_live_process_has_put_back_what_it_held(self, rig: Rig) -> None:
        """Until then somebody may hold money that the store does not know of."""
        account = await rig.books.account()
        await rig.other("an earlier epoch")

        with pytest.raises(StateLost):
            await rig.wallets.seed(account, strict=True)

        assert await rig.available(account) is None

    async def test_then_it_is_seeded(self, rig: Rig) -> None:
        """The others' epoch is ours."""
        account = await rig.books.account()
        await rig.other(await rig.store.epoch())

        await rig.wallets.seed(account, strict=True)

        assert await rig.available(account) == FUNDS

    async def test_fair_accounts_do_not_wait(self, rig: Rig) -> None:
        """Their group accepts a little overrun."""
        account = await rig.books.account()
        await rig.other("an earlier epoch")

        await rig.wallets.seed(account, strict=False)

        assert await rig.available(account) == FUNDS


class TestBeat:
    async def test_it_announces_the_process_with_the_epoch_it_knows(self, rig: Rig) -> None:
        """So that others know whom to wait for."""
        await rig.wallets.beat_once()

        assert await rig.announced() == {"me": await rig.store.epoch()}

    async def test_a_new_epoch_puts_back_what_is_held_before_it_is_announced(self, rig: Rig) -> None:
        """Holds and slots alike; windows begin anew."""
        account = await rig.books.account()
        rig.needs = [need("x", account), need("y", account)]
        await rig.wallets.beat_once()
        rig.store.lose_all()

        await rig.wallets.beat_once()

        wallet = await rig.store.wallet(account)
        assert wallet is not None
        assert (wallet.total, dict(wallet.gauges)) == (200, {"k7:now": 2})
        assert await rig.announced() == {"me": await rig.store.epoch()}

    async def test_the_same_epoch_puts_nothing_back(self, rig: Rig) -> None:
        """What ended meanwhile must not come again."""
        account = await rig.books.account()
        await rig.wallets.beat_once()
        rig.needs = [need("x", account)]

        await rig.wallets.beat_once()

        assert await rig.store.wallet(account) is None

    async def test_one_that_leaves_is_waited_for_no_more(self, rig: Rig) -> None:
        """It holds nothing."""
        await rig.wallets.beat_once()

        await rig.wallets.leave()

        assert await rig.announced() == {}


class TestRefresh:
    async def test_credit_reaches_a_wallet_that_is_known(self, rig: Rig) -> None:
        """Within the half second in which changes are noticed."""
        account = await rig.books.account()
        await rig.wallets.seed(account, strict=False)
        await _give(rig, account, 500)

        await rig.wallets.refresh()

        assert await rig.available(account) == FUNDS + 500

    async def test_a_wallet_that_nobody_asked_for_stays_unknown(self, rig: Rig) -> None:
        """Most accounts are asleep."""
        account = await rig.books.account()

        await rig.wallets.refresh()

        assert rig.store.told == []
        assert await rig.store.wallet(account) is None

    async def test_it_tells_only_what_is_new(self, rig: Rig) -> None:
        """Of many accounts few have changed."""
        accounts = [await rig.books.account(f"user {number}") for number in range(3)]
        for account in accounts:
            await rig.wallets.seed(account, strict=False)
        await rig.wallets.refresh()
        rig.store.told.clear()
        await _give(rig, accounts[1], 1)

        await rig.wallets.refresh()

        assert rig.store.told == [accounts[1]]

    async def test_what_the_store_did_not_hear_is_told_again(self, rig: Rig) -> None:
        """Credit that came while it was away is not lost."""
        account = await rig.books.account()
        await rig.wallets.seed(account, strict=False)
        await _give(rig, account, 500)
        rig.store.away = True

        with pytest.raises(StoreUnreachable):
            await rig.wallets.refresh()
        rig.store.away = False
        await rig.wallets.refresh()

        assert await rig.available(account) == FUNDS + 500


async def _give(rig: Rig, account: int, nano: int) -> None:
    async with writing(rig.books.maker) as session:
        await credit(session, account, nano, "more")
