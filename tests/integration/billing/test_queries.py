from typing import Any

import msgspec
import pytest

from oblivious.billing.queries import list_entries, list_usage, show_account
from oblivious.contracts.changes import NoSuch
from oblivious.infra.database.sessions import reading
from tests.fakes.books import FUNDS, Books
from tests.fakes.outcomes import broken_off, paid


@pytest.fixture
async def account(books: Books) -> int:
    """Three exchanges: two models, two users, two keys, one interrupted."""
    account = await books.account()
    second = paid(2, account, 20)
    opened = msgspec.structs.replace(second.opened, model="other", user_id=2, key_id=3)
    await books.settlement.settle([paid(1, account, 10)])
    await books.settlement.settle(
        [msgspec.structs.replace(second, opened=opened), broken_off(3, account, 30)]
    )
    return account


class TestListUsage:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, [3, 2, 1]),
            ({"limit": 2}, [3, 2]),
            ({"user_id": 2}, [2]),
            ({"key_id": 1}, [3, 1]),
            ({"model": "other"}, [2]),
            ({"status": "interrupted"}, [3]),
            ({"status": "settled", "user_id": 1}, [1]),
        ],
        ids=str,
    )
    @pytest.mark.usefixtures("account")
    async def test_lists_the_newest_first_within_the_filters(
        self, books: Books, asked: dict[str, Any], found: list[int]
    ) -> None:
        """Filters add up."""
        async with reading(books.maker) as session:
            rows = await list_usage(session, **asked)

        assert [row["exchange_id"] for row in rows] == [f"boot-x{number}" for number in found]

    @pytest.mark.usefixtures("account")
    async def test_begins_with_what_scripts_rely_on(self, books: Books) -> None:
        """These names are public."""
        async with reading(books.maker) as session:
            row = (await list_usage(session))[0]

        assert list(row)[:8] == [
            "exchange_id",
            "attempt_ids",
            "status",
            "model",
            "input_tokens",
            "output_tokens",
            "amount_nano_usd",
            "estimated",
        ]
        assert "id" not in row


class TestShowAccount:
    async def test_tells_balance_credit_and_use(self, books: Books, account: int) -> None:
        """What came in less what went out is what is there."""
        async with reading(books.maker) as session:
            shown = await show_account(session, account)

        assert (shown["credited_nano_usd"], shown["used_nano_usd"]) == (FUNDS, 60)
        assert shown["balance_nano_usd"] == FUNDS - 60
        assert shown["sequence"] == 4

    async def test_says_if_there_is_none(self, books: Books) -> None:
        """A number that nobody has is not an empty account."""
        async with reading(books.maker) as session:
            with pytest.raises(NoSuch):
                await show_account(session, 4711)


class TestListEntries:
    async def test_lists_what_moved_the_balance(self, books: Books, account: int) -> None:
        """The newest first, with the exchange or the note it came from."""
        async with reading(books.maker) as session:
            entries = await list_entries(session, account)
            newest = await list_entries(session, account, limit=1)

        assert [(e["kind"], e["exchange_id"], e["note"], e["amount_nano_usd"]) for e in entries] == [
            ("usage", "boot-x3", "", -30),
            ("usage", "boot-x2", "", -20),
            ("usage", "boot-x1", "", -10),
            ("credit", None, "for the test", FUNDS),
        ]
        assert newest == entries[:1]
        assert all(entry["created_at"].tzinfo for entry in entries)
