"""`oblivious group`."""

from typing import Any

import click

from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.commands.held import held
from oblivious.app.output import Row
from oblivious.channels.strategy import Strategy
from oblivious.contracts.caller import FAIR, STRICT
from oblivious.gateway.routes.admin.group_shown import GROUP, group_shown
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.identity.groups import create_group, edit_group, get_group, list_groups
from oblivious.identity.tables import Group
from oblivious.infra.database.sessions import reading, writing

_policy = click.Choice([FAIR, STRICT])
_strategy = click.Choice([*(one.value for one in Strategy), ""])
_STRATEGY = "How channels of the same priority are chosen among; '' for the usual way."
_RATIO = "The factor on every price."
_CALLS = "Ask for several answers by as many calls, where an upstream gives one only."


@click.group()
def group() -> None:
    """Classes of service: price, hold policy, and what their members may ask for."""


@group.command("create")
@one("name")
@click.option("--policy", type=_policy, default=FAIR, show_default=True)
@click.option("--ratio", default="1", show_default=True, help=_RATIO)
@click.option("--calls-per-choice/--no-calls-per-choice", default=False, help=_CALLS)
@click.option("--strategy", type=_strategy, default="", help=_STRATEGY)
@answering()
async def group_create(base: Base, name: str, **shape: Any) -> Row:
    """Add a group; users are put into it by `user create --group`."""
    async with writing(base.maker) as session:
        row = await create_group(session, name, **shape)
        await note_change(session, COMMAND_LINE, "create", GROUP, row.name, after=group_shown(row))
    return _shown(row)


@group.command("list")
@answering()
async def group_list(base: Base) -> list[Row]:
    """List every group."""
    async with reading(base.maker) as session:
        return [_shown(row) for row in await list_groups(session)]


@group.command("edit")
@one("name")
@click.option("--policy", type=_policy, default=None)
@click.option("--ratio", default=None, help=_RATIO)
@click.option("--calls-per-choice/--no-calls-per-choice", default=None, help=_CALLS)
@click.option("--strategy", type=_strategy, default=None, help=_STRATEGY)
@answering()
async def group_edit(base: Base, name: str, **shape: Any) -> Row:
    """Change what is given of a group; running gateways follow within a second."""
    async with writing(base.maker) as session:
        before = group_shown(await held(session, await get_group(session, name)))
        row = await edit_group(session, name, **shape)
        after = group_shown(row)
        await note_change(session, COMMAND_LINE, "edit", GROUP, name, before=before, after=after)
    return _shown(row)


def _shown(row: Group) -> Row:
    return {
        "id": row.id,
        "name": row.name,
        "policy": row.policy,
        "ratio": row.ratio,
        "calls_per_choice": row.calls_per_choice,
        "strategy": row.strategy,
    }
