"""`oblivious model`, `oblivious pool` and `oblivious provider`."""

from typing import Any

import click

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.commands.given import json_of, limited, limits_of, names_of, taking
from oblivious.app.output import Row
from oblivious.channels.catalogue import (
    WantedModel,
    find_pool,
    list_models,
    list_pools,
    list_rules,
    put_model,
    put_pool,
    put_rules,
    remove_model,
    remove_pool,
)
from oblivious.channels.repository import provider_named
from oblivious.channels.strategy import Strategy
from oblivious.channels.tables import Model, Pool
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
        return [_model(row) for row in await list_models(session)]


@model.command("set")
@one("name")
@_described
@answering()
async def model_set(base: Base, name: str, **said: Any) -> Row:
    """Say what is given of a model; the rest stays as it is."""
    said |= {field: names_of(said[field]) for field in _LISTS}
    said["abilities"] = json_of(said["abilities"], "abilities")
    async with writing(base.maker) as session:
        return _model(await put_model(session, name, WantedModel(**said)))


@model.command("remove")
@one("name")
@answering()
async def model_remove(base: Base, name: str) -> Row:
    """Forget what was said of a model; channels serve it as before."""
    async with writing(base.maker) as session:
        await remove_model(session, name)
    return {"removed": name}


@click.group()
def pool() -> None:
    """Quotas that several channel keys share."""


@pool.command("list")
@answering()
async def pool_list(base: Base) -> list[Row]:
    """List every pool."""
    async with reading(base.maker) as session:
        return [_pool(row) for row in await list_pools(session)]


@pool.command("set")
@one("name")
@limited
@answering()
async def pool_set(base: Base, name: str, **limits: Any) -> Row:
    """Make a pool, or change what is given of its limits."""
    async with writing(base.maker) as session:
        row = await find_pool(session, name)
        there = row.limits if row else {}
        wanted = limits_of(there, limits)
        return _pool(await put_pool(session, name, there if wanted is None else wanted))


@pool.command("remove")
@one("name")
@answering()
async def pool_remove(base: Base, name: str) -> Row:
    """Remove a pool that no key is in."""
    async with writing(base.maker) as session:
        await remove_pool(session, name)
    return {"removed": name}


@click.group()
def provider() -> None:
    """Vendors that are known, and how their failures are understood."""


@provider.command("list")
@answering("name", "dialects", "key_variable", "rules")
async def provider_list(base: Base) -> list[Row]:
    """List every provider, with the number of your own rules."""
    async with reading(base.maker) as session:
        rules = {row.provider: row.rules for row in await list_rules(session)}
    return [
        {
            "name": name,
            "dialects": list(entry.speaks),
            "base_urls": dict(entry.speaks),
            "needs_key": entry.needs_key,
            "key_variable": entry.key_variable,
            "rules": len(rules.get(name, ())),
        }
        for name, entry in PROVIDERS.items()
    ]


@provider.command("rules")
@one("name")
@click.option("--set", "given", default=None, metavar="JSON", help="A list of rules, or @FILE; [] for none.")
@answering()
async def provider_rules(base: Base, name: str, given: str | None) -> list[Row]:
    """Show or set the rules that are asked before our own table of a provider's failures."""
    provider_named(PROVIDERS, name)
    if given is None:
        async with reading(base.maker) as session:
            found = [row for row in await list_rules(session) if row.provider == name]
    else:
        async with writing(base.maker) as session:
            row = await put_rules(session, PROVIDERS, name, json_of(given, "rules"))
        found = [row] if row else []
    return [rule for row in found for rule in row.rules]


def _model(row: Model) -> Row:
    return {
        "id": row.id,
        "name": row.name,
        **{field: getattr(row, field) for field in _LISTS},
        "abilities": row.abilities,
        "strategy": row.strategy,
    }


def _pool(row: Pool) -> Row:
    return {"id": row.id, "name": row.name, "limits": row.limits}
