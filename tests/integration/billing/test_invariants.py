import pytest
from sqlalchemy import text

from oblivious.infra.database.sessions import writing
from tests.fakes.books import Books
from tests.fakes.outcomes import paid


class TestViolations:
    async def test_there_are_none_in_books_that_were_only_settled(self, books: Books) -> None:
        """Credit, charges and exchanges that cost nothing."""
        account = await books.account()
        await books.settlement.settle([paid(1, account), paid(2, account, 0)])

        assert await books.violations() == []

    @pytest.mark.parametrize(
        ("wrong", "found"),
        [
            pytest.param(
                "UPDATE entries SET amount_nano_usd = 7 WHERE amount_nano_usd = 100",
                "do not sum to zero",
                id="one side of a posting",
            ),
            pytest.param(
                "UPDATE accounts SET balance_nano_usd = balance_nano_usd + 1 WHERE name = 'somebody'",
                "not the sum of its entries",
                id="a balance",
            ),
            pytest.param(
                "UPDATE accounts SET sequence = sequence + 1 WHERE name = 'somebody'",
                "not the number of its postings",
                id="a sequence",
            ),
            pytest.param(
                "UPDATE usage_rows SET amount_nano_usd = 99",
                "does not cost what was posted",
                id="a usage row",
            ),
            pytest.param("DELETE FROM usage_rows", "has no usage row", id="a lost usage row"),
            pytest.param(
                "DELETE FROM postings WHERE kind = 'usage'", "usage row has no posting", id="a lost posting"
            ),
            pytest.param(
                "DELETE FROM postings WHERE kind = 'credit'", "belongs to no posting", id="lost credit"
            ),
            pytest.param(
                "DELETE FROM accounts WHERE name = 'house:revenue'",
                "belongs to no account",
                id="lost account",
            ),
        ],
    )
    async def test_names_whatever_was_tampered_with(self, books: Books, wrong: str, found: str) -> None:
        """Each way to spoil the books is found by a rule of its own."""
        await books.settlement.settle([paid(1, await books.account())])
        async with writing(books.maker) as session:
            await session.execute(text(wrong))

        assert any(found in violation for violation in await books.violations())

    @pytest.mark.services
    async def test_finds_an_exchange_that_was_settled_twice(self, postgres_books: Books) -> None:
        """As it may be once usage rows have partitions, and no constraint of their own."""
        books = postgres_books
        account = await books.account()
        await books.settlement.settle([paid(1, account), paid(2, account)])
        async with writing(books.maker) as session:
            await session.execute(
                text("ALTER TABLE usage_rows DROP CONSTRAINT uq_usage_rows_exchange_id_part")
            )
            await session.execute(text("UPDATE usage_rows SET exchange_id = 'boot-x1'"))

        assert any("settled twice" in violation for violation in await books.violations())
