"""`oblivious provider`."""

from collections.abc import Sequence

import click
import msgspec

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.commands.given import json_of
from oblivious.app.output import Row
from oblivious.channels.catalogue import list_rules, put_rules
from oblivious.channels.judge import Rule
from oblivious.channels.repository import provider_named
from oblivious.gateway.routes.admin.rules_shown import RULES, rules_of
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.infra.database.sessions import reading, writing


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
            return _shown((await rules_of(session, name)).rules)
    async with writing(base.maker) as session:
        before = await rules_of(session, name, held=True)
        await put_rules(session, PROVIDERS, name, json_of(given, "rules"))
        after = await rules_of(session, name)
        await note_change(session, COMMAND_LINE, "edit", RULES, name, before=before, after=after)
    return _shown(after.rules)


def _shown(rules: Sequence[Rule]) -> list[Row]:
    shown: list[Row] = msgspec.to_builtins(rules)
    return shown
