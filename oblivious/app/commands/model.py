"""`oblivious model`."""

from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.commands.given import json_of, names_of, taking
from oblivious.app.commands.held import held
from oblivious.app.output import Row
from oblivious.channels.catalogue import (
    WantedModel,
    find_model,
    hold_models,
    list_models,
    put_model,
    remove_model,
)
from oblivious.channels.strategy import Strategy
from oblivious.channels.tables import Model
from oblivious.gateway.routes.admin.model_shown import MODEL, ModelShown, model_shown
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.infra.database.sessions import reading, writing

_LISTS = ("aliases", "fallbacks", "context_fallbacks", "content_fallbacks")

_described = taking(
    [
        click.option("--aliases", default=None, help="Other names for it, separated by commas; '' for none."),
        click.option("--fallbacks", default=None, help="Models that serve where its channels cannot."),
        click.option("--context-fallbacks", default=None, help="Those for conversations that are too long."),
        click.option("--content-fallbacks", default=None, help="Those for what a policy on content forbids."),
        click.option("--abilities", default=None, metavar="JSON", help="What it can and cannot do."),
        click.option("--strategy", type=click.Choice([*(one.value for one in Strategy), ""]), default=None),
    ]
)


@click.group()
def model() -> None:
    """What is said of public model names: other names, fallbacks, abilities."""


@model.command("list")
@answering("name", "aliases", "fallbacks", "strategy")
async def model_list(base: Base) -> list[Row]:
    """List the models of which something is said."""
    async with reading(base.maker) as session:
        return [_shown(row) for row in await list_models(session)]


@model.command("set")
@one("name")
@_described
@answering()
async def model_set(base: Base, name: str, **said: Any) -> Row:
    """Say what is given of a model; the rest stays as it is."""
    said |= {field: names_of(said[field]) for field in _LISTS}
    said["abilities"] = json_of(said["abilities"], "abilities")
    async with writing(base.maker) as session:
        await hold_models(session)
        before = await _before(session, name)
        row = await put_model(session, name, WantedModel(**said))
        action, after = "edit" if before else "create", model_shown(row)
        await note_change(session, COMMAND_LINE, action, MODEL, row.name, before=before, after=after)
    return _shown(row)


@model.command("remove")
@one("name")
@answering()
async def model_remove(base: Base, name: str) -> Row:
    """Forget what was said of a model; channels serve it as before."""
    async with writing(base.maker) as session:
        before = await _before(session, name)
        await remove_model(session, name)
        await note_change(session, COMMAND_LINE, "delete", MODEL, name, before=before)
    return {"removed": name}


async def _before(session: AsyncSession, name: str) -> ModelShown | None:
    row = await find_model(session, name.strip())
    return model_shown(await held(session, row)) if row is not None else None


def _shown(row: Model) -> Row:
    return {
        "id": row.id,
        "name": row.name,
        **{field: getattr(row, field) for field in _LISTS},
        "abilities": row.abilities,
        "strategy": row.strategy,
    }
