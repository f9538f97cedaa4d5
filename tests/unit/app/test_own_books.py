"""What a command asked its channels, on its way into the ledger."""

import pytest

from oblivious.app.own_books import OwnBooks
from oblivious.contracts.events import Outcome
from tests.fakes.records import attempt, ended, opened


class Settling:
    """Takes outcomes as settlement does."""

    def __init__(self) -> None:
        self.settled: list[Outcome] = []

    async def settle(self, outcomes: list[Outcome]) -> None:
        """Take them."""
        self.settled += outcomes


@pytest.fixture
def settling() -> Settling:
    return Settling()


async def test_what_has_ended_is_settled_once(settling: Settling) -> None:
    """With its attempts; what has not ended is not."""
    books = OwnBooks()
    for record in (opened("a"), opened("b"), attempt("a"), attempt("b"), ended("a")):
        books.append(record)

    await books.settle(settling)  # type: ignore[arg-type] # it takes outcomes, which is all that is asked
    await books.settle(settling)  # type: ignore[arg-type] # the same

    (outcome,) = settling.settled
    assert (outcome.opened.exchange_id, outcome.attempts, outcome.status) == ("a", [attempt("a")], "settled")
    assert books.has_room(1_000)
