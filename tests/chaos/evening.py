"""Waiting until the books are even."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.state.errors import StoreUnreachable
from tests.chaos.audit import differences
from tests.chaos.books import Bookkeeper, Books
from tests.chaos.kinds import MODELS, Model
from tests.chaos.load import Heard
from tests.fakes.waiting import PATIENCE_SECONDS

_LOOK_SECONDS = 0.2
_OUT_OF_REACH: tuple[type[Exception], ...] = (StoreUnreachable, *DATABASE_LOST)


async def evened(
    keeper: Bookkeeper, before: Books, heard: Sequence[Heard], models: Mapping[str, Model] = MODELS
) -> Books:
    """Return what was written since `before`, as soon as all of it agrees with itself and with the clients.

    Raises:
        AssertionError: the books still differ when the time is up; says in what.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            books = (await keeper.read()).since(before)
            wrong = differences(books, heard, models)
        except _OUT_OF_REACH as error:
            books, wrong = before, [f"{type(error).__name__}: {error}"]
        if not wrong:
            return books
        assert time.monotonic() < deadline, "\n".join([f"{len(wrong)} differences", *wrong[:20]])
        await asyncio.sleep(_LOOK_SECONDS)
