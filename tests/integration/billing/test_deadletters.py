import msgspec

from oblivious.billing.deadletters import DeadLetters, drop_dead_letters, list_dead_letters, read_dead_letters
from oblivious.infra.bus.marks import Mark
from oblivious.infra.database.sessions import reading, writing
from tests.fakes.books import Books
from tests.fakes.outcomes import paid


class TestDeadLetters:
    async def test_keeps_the_outcome_whole_and_counts_it_as_done(self, books: Books) -> None:
        """Even one with a text that no text column takes."""
        strange = msgspec.structs.replace(paid(2, 1).opened, model="a\0b")
        outcomes = [paid(1, 4711), msgspec.structs.replace(paid(2, 1), opened=strange)]
        await DeadLetters(books.maker).put([(outcomes[0], "no account"), (outcomes[1], "a \0 in it")])
        async with reading(books.maker) as session:
            listed = await list_dead_letters(session)
            read = await read_dead_letters(session)

        assert [(letter["exchange_id"], letter["reason"]) for letter in listed] == [
            ("boot-x1", "no account"),
            ("boot-x2", "a  in it"),
        ]
        assert [outcome for _, outcome in read] == outcomes
        assert await books.mark() == Mark(2)

    async def test_goes_once_its_outcome_is_settled(self, books: Books) -> None:
        """The account was opened after all: the replay settles it, and the letter is dropped."""
        account = await books.account()
        await DeadLetters(books.maker).put([(paid(1, account), "too early")])
        async with writing(books.maker) as session:
            letters = await read_dead_letters(session)
        await books.settlement.settle([outcome for _, outcome in letters])
        async with writing(books.maker) as session:
            await drop_dead_letters(session, [number for number, _ in letters])
            assert await list_dead_letters(session) == []

        assert await books.violations() == []
