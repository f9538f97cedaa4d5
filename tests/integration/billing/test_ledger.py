import asyncio

import pytest
from sqlalchemy import select
from sqlmodel import col

from oblivious.billing.ledger import FUNDING, balances, changed_since, create_account, credit, house_account
from oblivious.billing.tables import Account
from oblivious.contracts.changes import AlreadyThere, ChangeRefused, NoSuch
from oblivious.contracts.money import MAX_STORE_AMOUNT
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import reading, writing
from tests.fakes.books import FUNDS, Books


class TestCreateAccount:
    async def test_opens_an_empty_account_with_its_limits(self, books: Books) -> None:
        """Nothing is on it, and it has the limits it was given."""
        async with writing(books.maker) as session:
            number = await create_account(session, name="a", unlimited=True, overdraft_nano_usd=5, rpm=60)
        async with reading(books.maker) as session:
            account = await session.get(Account, number)

        assert account is not None
        assert (account.balance_nano_usd, account.sequence, account.kind) == (0, 0, "user")
        assert (account.unlimited, account.overdraft_nano_usd, account.rpm, account.tpm) == (True, 5, 60, 0)

    async def test_refuses_a_name_that_is_taken_and_the_session_goes_on(self, books: Books) -> None:
        """The transaction is as usable as before."""
        async with writing(books.maker) as session:
            await create_account(session, name="a")
            with pytest.raises(AlreadyThere):
                await create_account(session, name="a")
            assert await create_account(session, name="b")


class TestCredit:
    async def test_moves_money_from_funding_to_the_account(self, books: Books) -> None:
        """Balance and sequence tell it, and the books still sum to zero."""
        account = await books.account(nano=70)
        async with writing(books.maker) as session:
            assert await credit(session, account, 30, "more") == (100, 2)
            assert await credit(session, account, -20, "too much") == (80, 3)

        assert await books.balance(account) == (80, 3)
        assert await books.violations() == []

    @pytest.mark.parametrize(
        "nano",
        [0, MAX_STORE_AMOUNT, -MAX_STORE_AMOUNT - FUNDS - 1],
        ids=["nothing", "too much", "too little"],
    )
    async def test_refuses_what_a_state_store_could_not_count(self, books: Books, nano: int) -> None:
        """The limit is for the balance, above and below zero; nothing is written."""
        account = await books.account(nano=FUNDS)
        async with writing(books.maker) as session:
            with pytest.raises(ChangeRefused) as refused:
                await credit(session, account, nano, "")

        assert refused.value.field == "usd"
        assert await books.balance(account) == (FUNDS, 1)

    async def test_refuses_accounts_that_nobody_owns(self, books: Books) -> None:
        """Neither one that does not exist nor one of the house's own can be credited."""
        async with writing(books.maker) as session:
            for number in (999, await house_account(session, FUNDING)):
                with pytest.raises(NoSuch):
                    await credit(session, number, 1, "")

    async def test_tells_running_gateways_whose_balance_moved(self, books: Books) -> None:
        """They ask what changed since the last time."""
        first = await books.account("first")
        async with reading(books.maker) as session:
            seen, changed = await changed_since(session, 0)
        assert changed == {first: (FUNDS, 1)}

        second = await books.account("second")
        async with reading(books.maker) as session:
            newest, changed = await changed_since(session, seen)
            assert newest == (await read_revisions(session))[Topic.ACCOUNTS]
            assert changed == {second: (FUNDS, 1)}
            assert await changed_since(session, newest) == (newest, {})

    async def test_credits_at_once_add_up(self, books: Books) -> None:
        """Nobody's credit is lost, whoever comes first."""
        account = await books.account(nano=1)

        async def one_more() -> None:
            async with writing(books.maker) as session:
                await credit(session, account, 1, "")

        await asyncio.gather(*(one_more() for _ in range(8)))

        assert await books.balance(account) == (9, 9)
        assert await books.violations() == []


class TestHouseAccount:
    async def test_is_opened_once_however_many_ask(self, books: Books) -> None:
        """All get the same number."""

        async def asked() -> int:
            async with writing(books.maker) as session:
                return await house_account(session, "house:test")

        assert len(set(await asyncio.gather(*(asked() for _ in range(6))))) == 1

    async def test_keeps_no_balance(self, books: Books) -> None:
        """Its entries say it; it is nobody's wallet."""
        await books.account()
        async with reading(books.maker) as session:
            funding = (
                await session.execute(select(Account).where(col(Account.name) == FUNDING))
            ).scalar_one()
            assert (funding.balance_nano_usd, funding.sequence) == (0, 0)
            assert funding.id is not None
            assert await balances(session, [funding.id]) == {}
