"""`oblivious explain`."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

import click
import msgspec

from oblivious.adapters.dialects.endpoint import Kind
from oblivious.app.base import Base
from oblivious.app.command import answering, one
from oblivious.app.commands.given import json_of, mapping_of
from oblivious.app.inspecting import explain as explained
from oblivious.app.output import Row, Told
from oblivious.channels.explain import Way
from oblivious.channels.reading import read
from oblivious.channels.strategy import Strategy
from oblivious.gateway.routes.admin.route_asked import Dialect, RouteQuestion
from oblivious.gateway.routes.admin.route_told import Explanation

_APART = (
    "this is what the database says: who is held back, full or faster is known to the running gateway; "
    "ask it: POST /api/v1/routes/explain"
)
_TIMES = "who is faster is known to each gateway process; ask one: POST /api/v1/routes/explain"


@click.command()
@one("model")
@click.option("--dialect", type=click.Choice(get_args(Dialect)), default=None, help="What the client speaks.")
@click.option(
    "--kind", type=click.Choice([one.value for one in Kind]), default=None, help="What is asked for."
)
@click.option("--key", "key_id", type=int, default=None, help="The number of the API key that asks.")
@click.option("--group", default=None, help="Instead of a key: whose users ask.")
@click.option("--header", "headers", multiple=True, metavar="NAME=VALUE", help="What the client sends.")
@click.option("--body", default=None, metavar="JSON", help="The whole request, or @FILE with it.")
@answering()
async def explain(base: Base, headers: Sequence[str], body: str | None, **given: Any) -> Told:
    """Show which channels a request for a model would try, in which order, and why each other is out.

    Nobody is asked, and nothing is taken.
    """
    given |= {"headers": mapping_of(headers, "header", "NAME=VALUE"), "body": json_of(body, "body")}
    said = {name: value for name, value in given.items() if value is not None}
    found = await explained(base, read(said, RouteQuestion, ""))
    told = found.explanation
    tables = {"asked:": [_asked(told)], "tried, in this order:": [*_tried(told)], "not tried:": [*_out(told)]}
    remark = (_TIMES if told.strategy == Strategy.LATENCY else "") if found.shared else _APART
    return Told(told, tables, remark)


def _asked(told: Explanation) -> Row:
    needs, kept = told.needs, told.affinity
    return {
        "model": told.model,
        "group": told.group,
        "strategy": told.strategy,
        "needs": [name for name in ("tools", "vision") if getattr(needs, name)],
        "input_tokens": needs.input_tokens,
        "kept_at": f"{kept.channel}, key {kept.key_id}, by {kept.source}" if kept and kept.channel else "",
        "refused": f"{told.refused.code}: {told.refused.message}" if told.refused else "",
    }


def _tried(told: Explanation) -> Iterator[Row]:
    for stage in told.stages:
        for tier in stage.tiers:
            for way in tier.channels:
                yield _way(stage.model, str(tier.priority), way)
        for way in stage.last_resort:
            yield _way(stage.model, "last resort", way)


def _way(model: str, priority: str, way: Way) -> Row:
    return {
        "model": model,
        "priority": priority,
        "channel": way.channel,
        "share": f"{way.share:g}%",
        "dialect": way.dialect,
        "keys": [key.id for key in way.keys],
        "upstream_models": [*dict.fromkeys(key.upstream_model for key in way.keys)],
    }


def _out(told: Explanation) -> Iterator[Row]:
    for out in told.out:
        for reason in out.reasons:
            yield {"channel": out.channel, **msgspec.structs.asdict(reason)}
