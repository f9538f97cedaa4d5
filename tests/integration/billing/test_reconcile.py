import pytest

from oblivious.billing.reconcile import reconcile
from oblivious.infra.state.errors import StoreUnreachable
from tests.fakes.books import FUNDS, Books
from tests.fakes.outcomes import paid


async def untold(books: Books, name: str) -> int:
    """Return an account whose settled exchange the store never heard of; another is not settled yet."""
    account = await books.account(name)
    await books.store.seed(account, FUNDS, 1)
    await books.store.spend(account, f"{name}-x1", 100)
    await books.store.spend(account, f"{name}-x2", 7)
    books.store.away = True
    await books.settlement.settle([paid(1, account, 100, journal=name)])
    books.store.away = False
    return account


async def available(books: Books, account: int) -> tuple[int | None, int]:
    """Return what the wallet has posted and what it counts on top."""
    view = await books.store.wallet(account)
    assert view is not None
    return view.posted, view.total


class TestReconcile:
    async def test_tells_the_store_what_it_missed(self, books: Books) -> None:
        """What is posted leaves the wallet; what is not yet posted stays a debt."""
        account = await untold(books, "a")
        assert await available(books, account) == (FUNDS, 107)

        assert await reconcile(books.maker, books.store, 0) == 0
        assert await available(books, account) == (FUNDS - 100, 7)

    async def test_goes_through_all_accounts_some_at_a_time(self, books: Books) -> None:
        """Each call takes up where the last one ended, and begins again at the end."""
        accounts = [await untold(books, name) for name in "abc"]

        assert await reconcile(books.maker, books.store, 0, most=2) == accounts[1]
        assert await available(books, accounts[2]) == (FUNDS, 107)
        assert await reconcile(books.maker, books.store, accounts[1], most=2) == 0
        assert await available(books, accounts[2]) == (FUNDS - 100, 7)

    async def test_leaves_wallets_alone_that_nothing_is_wrong_with(self, books: Books) -> None:
        """Accounts that the store does not know are not told it."""
        await books.account("a")
        await books.settlement.settle([paid(1, await books.account("b"))])
        told = len(books.store.told)
        await reconcile(books.maker, books.store, 0)

        assert len(books.store.told) == told

    async def test_says_if_the_store_is_away(self, books: Books) -> None:
        """The caller tries again."""
        await untold(books, "a")
        books.store.away = True

        with pytest.raises(StoreUnreachable):
            await reconcile(books.maker, books.store, 0)
