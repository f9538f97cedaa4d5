from sqlalchemy import select

from oblivious.billing.bulk import one_of
from oblivious.billing.tables import Account
from oblivious.infra.database.sessions import reading
from tests.fakes.books import Books

_NAME = Account.metadata.tables["accounts"].c.name


async def test_one_of_finds_them_by_the_same_statement_however_many_are_asked_for(books: Books) -> None:
    """Drivers and servers keep each statement that they have met."""
    for name in "abc":
        await books.account(name)
    found, statements = [], set()
    async with reading(books.maker) as session:
        for asked in ([], ["b"], ["a", "c", "nobody"]):
            statement = select(_NAME).where(one_of(session, _NAME, asked)).order_by(_NAME)
            statements.add(str(statement.compile(session.get_bind())))
            found.append(list((await session.execute(statement)).scalars()))

    assert found == [[], ["b"], ["a", "c"]]
    assert len(statements) == 1
