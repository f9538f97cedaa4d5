"""Tables that are held whole."""

import asyncio

import pytest
from sqlalchemy import select

from oblivious.channels.tables import Pool
from oblivious.infra.database.locks import hold_tables
from oblivious.infra.database.sessions import Sessions, reading, writing


@pytest.fixture
async def rows(maker: Sessions) -> Sessions:
    """A database with a row."""
    async with writing(maker) as session:
        session.add(Pool(name="a"))
    return maker


async def test_who_holds_a_row_is_waited_for(rows: Sessions) -> None:
    """And writes it in peace: two who wait for each other would both lose."""

    async def take_all() -> str:
        async with writing(rows) as session:
            await hold_tables(session, [Pool])
            pool = (await session.scalars(select(Pool))).one()
            pool.name += "c"
            return pool.name

    async with writing(rows) as session:
        pool = (await session.scalars(select(Pool).with_for_update())).one()
        taking = asyncio.create_task(take_all())
        done, _ = await asyncio.wait({taking}, timeout=0.1)
        assert not done
        pool.name = "b"
        await session.flush()

    assert await taking == "bc"


async def test_everybody_may_read_meanwhile(rows: Sessions) -> None:
    """What was there before."""
    async with writing(rows) as session:
        await hold_tables(session, [Pool])
        async with reading(rows) as other:
            assert (await other.scalars(select(Pool.name))).all() == ["a"]  # type: ignore[call-overload] # a column
