import asyncio
from collections.abc import Sequence

import msgspec
import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from oblivious.billing.ledger import TESTS, house_account
from oblivious.billing.queries import list_entries, list_usage
from oblivious.billing.settlement import Settlement
from oblivious.contracts.events import INTERRUPTED, Outcome
from oblivious.contracts.usage import Usage
from oblivious.infra.bus.marks import Mark
from oblivious.infra.bus.protocols import BadOutcomes
from oblivious.infra.database.sessions import reading, writing
from tests.fakes.books import FUNDS, Books
from tests.fakes.outcomes import broken_off, paid
from tests.fakes.records import AT_MS, CARD


class TestSettle:
    async def test_charges_each_exchange_to_its_account(self, books: Books) -> None:
        """Balance and sequence move by every exchange, and the books stay sound."""
        one, other = await books.account("one"), await books.account("other")
        await books.settlement.settle([paid(1, one, 30), paid(2, other, 5), paid(3, one, 70)])

        assert await books.balance(one) == (FUNDS - 100, 3)
        assert await books.balance(other) == (FUNDS - 5, 2)
        assert await books.violations() == []

    async def test_writes_down_all_that_the_bill_can_be_made_again_from(self, books: Books) -> None:
        """Ids, attempts, tokens, the card, and how it went."""
        account = await books.account()
        outcome = paid(1, account, 30, exchange="x")
        await books.settlement.settle([outcome])
        async with reading(books.maker) as session:
            (row,) = await list_usage(session)

        assert row["attempt_ids"] == ["x-1"]
        assert row["card"] == msgspec.json.decode(CARD)
        assert row["at"].timestamp() * 1000 == AT_MS
        assert row["stream"] is True
        assert row["estimated"] is False
        assert {name: row[name] for name in ("exchange_id", "status", "amount_nano_usd", "input_tokens")} == {
            "exchange_id": "x",
            "status": "settled",
            "amount_nano_usd": 30,
            "input_tokens": 10,
        }

    async def test_the_house_may_pay_itself_beside_others(self, books: Books) -> None:
        """Its account has no wallet: no balance moves for it, and no store is told."""
        account = await books.account()
        async with writing(books.maker) as session:
            tests = await house_account(session, TESTS)
        for _ in range(2):
            await books.settlement.settle([paid(1, account, 30), paid(2, tests, 7), paid(3, tests, 5)])
        async with reading(books.maker) as session:
            entries = await list_entries(session, tests)

        assert sorted(entry["amount_nano_usd"] for entry in entries) == [-7, -5]
        assert await books.balance(account) == (FUNDS - 30, 2)
        assert {told.account_id for told in books.store.told} == {account}
        assert await books.mark() == Mark(3)
        assert await books.violations() == []

    async def test_a_repeat_changes_nothing_but_tells_the_store_again(self, books: Books) -> None:
        """Whether it comes within a batch, after it, or with news."""
        account = await books.account()
        await books.settlement.settle([paid(1, account), paid(1, account)])
        await books.settlement.settle([paid(1, account), paid(2, account)])
        await books.settlement.settle([paid(2, account)])

        assert await books.balance(account) == (FUNDS - 200, 3)
        assert await books.violations() == []
        assert [(told.exchange_ids, told.posted, told.sequence) for told in books.store.told] == [
            (["boot-x1"], FUNDS - 100, 2),
            (["boot-x1", "boot-x2"], FUNDS - 200, 3),
            (["boot-x2"], FUNDS - 200, 3),
        ]

    async def test_an_exchange_that_costs_nothing_has_a_row_and_moves_no_money(self, books: Books) -> None:
        """It is settled once all the same, even if its account is unknown."""
        for _ in range(2):
            await books.settlement.settle([paid(1, 4711, 0)])
        async with reading(books.maker) as session:
            assert len(await list_usage(session)) == 1
            assert await list_entries(session, 4711) == []
        assert await books.violations() == []

    async def test_settles_parts_of_an_exchange_each_once(self, books: Books) -> None:
        """A long session may be billed piece by piece."""
        account = await books.account()
        parts = [
            msgspec.structs.replace(paid(number, account, exchange="x"), part=number) for number in (1, 2)
        ]
        await books.settlement.settle(parts)
        await books.settlement.settle(parts)

        assert await books.balance(account) == (FUNDS - 200, 3)
        assert await books.violations() == []

    async def test_marks_how_far_each_journal_is_settled(self, books: Books) -> None:
        """In whatever order outcomes come; gaps stay open until they are filled."""
        account = await books.account()
        await books.settlement.settle([paid(4, account), paid(1, account), paid(1, account, journal="new")])
        assert await books.mark() == Mark(1, ((4, 4),))
        assert await books.mark("new") == Mark(1)
        assert await books.mark("unheard of") is None

        await books.settlement.settle([paid(3, account), paid(2, account)])
        assert await books.mark() == Mark(4)

    async def test_names_what_was_interrupted(self, books: Books) -> None:
        """Its status is its own."""
        account = await books.account()
        await books.settlement.settle([broken_off(1, account), paid(2, account)])
        async with reading(books.maker) as session:
            (row,) = await list_usage(session, status=INTERRUPTED)

        assert row["exchange_id"] == "boot-x1"

    async def test_turns_what_the_wallet_holds_into_the_ledger_s_balance(self, books: Books) -> None:
        """Before, the wallet counts a debt; after, the balance has it and the debt is gone."""
        account = await books.account()
        await books.store.seed(account, *await books.balance(account))
        await books.store.spend(account, "boot-x1", 100)
        await books.settlement.settle([paid(1, account)])
        view = await books.store.wallet(account)

        assert view is not None
        assert (view.posted, view.total, view.available) == (FUNDS - 100, 0, FUNDS - 100)


class TestBadOutcomes:
    @pytest.mark.parametrize(
        "spoil",
        [
            pytest.param(lambda outcome: _with_account(outcome, 4711), id="unknown account"),
            pytest.param(lambda outcome: _with_amount(outcome, -1), id="negative amount"),
            pytest.param(lambda outcome: _with_amount(outcome, 2**53), id="absurd amount"),
            pytest.param(lambda outcome: _with_usage(outcome, Usage(input_tokens=2**70)), id="absurd count"),
        ],
    )
    async def test_are_found_and_all_others_are_settled(self, books: Books, spoil: object) -> None:
        """One bad outcome of eight costs nobody else anything."""
        assert callable(spoil)
        account = await books.account()
        outcomes = [paid(number, account) for number in range(1, 9)]
        outcomes[4] = spoil(outcomes[4])
        with pytest.raises(BadOutcomes) as bad:
            await books.settlement.settle(outcomes)

        assert [outcome for outcome, _ in bad.value.rejected] == [outcomes[4]]
        assert all(reason for _, reason in bad.value.rejected)
        assert await books.balance(account) == (FUNDS - 700, 8)
        assert await books.mark() == Mark(4, ((6, 8),))
        assert await books.violations() == []

    async def test_count_as_done_once_they_are_safe(self, books: Books) -> None:
        """So that their journal can be let go of."""
        account = await books.account()
        await books.settlement.settle([paid(1, account)])
        await books.settlement.mark([paid(2, 4711)])

        assert await books.mark() == Mark(2)

    @pytest.mark.services
    async def test_what_postgresql_cannot_keep_is_bad_too(self, postgres_books: Books) -> None:
        """A text with a NUL in it is found by the database itself."""
        account = await postgres_books.account()
        bad_text = msgspec.structs.replace(paid(2, account).opened, model="a\0b")
        bad = msgspec.structs.replace(paid(2, account), opened=bad_text)
        with pytest.raises(BadOutcomes) as raised:
            await postgres_books.settlement.settle([paid(1, account), bad, paid(3, account)])

        assert [outcome for outcome, _ in raised.value.rejected] == [bad]
        assert await postgres_books.balance(account) == (FUNDS - 200, 3)


class TestStoreOutOfReach:
    async def test_does_not_stop_settlement_and_is_told_with_the_next_batch(self, books: Books) -> None:
        """The newest balance and all exchanges arrive together."""
        account = await books.account()
        books.store.away = True
        await books.settlement.settle([paid(1, account)])
        await books.settlement.settle([paid(2, account)])
        assert await books.balance(account) == (FUNDS - 200, 3)
        assert (books.settlement.untold.failures, len(books.settlement.untold)) == (2, 2)

        books.store.away = False
        await books.settlement.settle([paid(3, account)])
        (told,) = books.store.told
        assert (sorted(told.exchange_ids), told.posted, told.sequence) == (
            ["boot-x1", "boot-x2", "boot-x3"],
            FUNDS - 300,
            4,
        )
        assert len(books.settlement.untold) == 0


class TestDatabaseOutOfReach:
    async def test_is_said_and_nothing_is_sure(self, books: Books, empty: AsyncEngine) -> None:
        """The caller waits and settles the same again; then it is settled once."""
        account = await books.account()
        await books.settlement.settle([paid(1, account)])
        async with empty.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE entries RENAME TO away")
        with pytest.raises(SQLAlchemyError):
            await books.settlement.settle([paid(2, account)])
        async with empty.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO entries")
        await books.settlement.settle([paid(2, account)])

        assert await books.balance(account) == (FUNDS - 200, 3)
        assert await books.violations() == []


class TestSeveralSettlers:
    async def test_on_the_same_outcomes_settle_them_once(self, books: Books) -> None:
        """They overlap in every way, in other orders, and never wait for each other in a circle."""
        accounts = [await books.account(f"account {number}") for number in range(4)]
        for account in accounts:
            await books.store.seed(account, *(await books.balance(account)))
        outcomes = [paid(number, accounts[number % 4], number) for number in range(1, 121)]
        batches: list[Sequence[Outcome]] = [
            outcomes,
            outcomes[::-1],
            outcomes[::2] + outcomes[1::2],
            outcomes[60:] + outcomes[:90],
        ]
        settlers = [Settlement(books.maker, books.store) for _ in batches]
        await asyncio.gather(
            *(settler.settle(batch) for settler, batch in zip(settlers, batches, strict=True))
        )

        spent = 4 * FUNDS - sum([(await books.balance(account))[0] for account in accounts])
        assert spent == sum(range(1, 121))
        assert await books.mark() == Mark(120)
        assert await books.violations() == []
        for account in accounts:
            view = await books.store.wallet(account)
            assert view is not None
            assert view.posted == (await books.balance(account))[0]


def _with_account(outcome: Outcome, account: int) -> Outcome:
    return msgspec.structs.replace(
        outcome, opened=msgspec.structs.replace(outcome.opened, account_id=account)
    )


def _with_amount(outcome: Outcome, amount: int) -> Outcome:
    return msgspec.structs.replace(outcome, ended=msgspec.structs.replace(outcome.ended, amount=amount))


def _with_usage(outcome: Outcome, usage: Usage) -> Outcome:
    return msgspec.structs.replace(outcome, ended=msgspec.structs.replace(outcome.ended, usage=usage))
