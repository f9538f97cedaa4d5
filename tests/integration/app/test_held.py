"""Rows that a command is about to change."""

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from oblivious.app.commands.held import held
from oblivious.channels.tables import Pool
from oblivious.contracts.changes import NoSuch
from oblivious.infra.database.sessions import Sessions, writing


async def test_a_row_is_read_again(maker: Sessions) -> None:
    """What was read before somebody else's change is not what was before ours."""
    async with writing(maker) as session:
        session.add(pool := Pool(name="shared"))
        await session.flush()
        change = update(Pool).where(col(Pool.id) == pool.id).values(name="ours")
        await session.execute(change, execution_options={"synchronize_session": False})

        assert (await held(session, pool)).name == "ours"


async def test_a_row_that_has_gone_is_none(maker: Sessions) -> None:
    """An operator is told so."""
    async with writing(maker) as session:
        session.add(pool := Pool(name="shared"))
        await session.flush()
        gone = delete(Pool).where(col(Pool.id) == pool.id)
        await session.execute(gone, execution_options={"synchronize_session": False})

        with pytest.raises(NoSuch, match="just been deleted"):
            await held(session, pool)
