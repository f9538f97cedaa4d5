"""`oblivious pool`."""

from collections.abc import Mapping
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.commands.given import limited, limits_of
from oblivious.app.commands.held import held
from oblivious.app.output import Row
from oblivious.channels.catalogue import find_pool, list_pools, put_pool, remove_pool
from oblivious.channels.tables import Pool
from oblivious.gateway.routes.admin.pool_shown import POOL, PoolShown, pool_shown
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.infra.database.sessions import reading, writing


@click.group()
def pool() -> None:
    """Quotas that several channel keys share."""


@pool.command("list")
@answering()
async def pool_list(base: Base) -> list[Row]:
    """List every pool."""
    async with reading(base.maker) as session:
        return [_shown(row) for row in await list_pools(session)]


@pool.command("set")
@one("name")
@limited
@answering()
async def pool_set(base: Base, name: str, **limits: Any) -> Row:
    """Make a pool, or change what is given of its limits."""
    async with writing(base.maker) as session:
        before = await _before(session, name)
        there: Mapping[str, Any] = before.limits if before else {}
        wanted = limits_of(there, limits)
        row = await put_pool(session, name, there if wanted is None else wanted)
        action, after = "edit" if before else "create", pool_shown(row)
        await note_change(session, COMMAND_LINE, action, POOL, row.name, before=before, after=after)
    return _shown(row)


@pool.command("remove")
@one("name")
@answering()
async def pool_remove(base: Base, name: str) -> Row:
    """Remove a pool that no key is in."""
    async with writing(base.maker) as session:
        before = await _before(session, name)
        await remove_pool(session, name)
        await note_change(session, COMMAND_LINE, "delete", POOL, name, before=before)
    return {"removed": name}


async def _before(session: AsyncSession, name: str) -> PoolShown | None:
    row = await find_pool(session, name.strip())
    return pool_shown(await held(session, row)) if row is not None else None


def _shown(row: Pool) -> Row:
    return {"id": row.id, "name": row.name, "limits": row.limits}
