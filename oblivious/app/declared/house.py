"""Everything that a file can speak of, as it is."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.app.declared.forms import (
    Form,
    channel_form,
    group_form,
    model_form,
    pool_form,
    price_form,
    rules_form,
)
from oblivious.billing.tables import Price
from oblivious.channels.catalogue import list_models, list_pools, list_rules
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.repository import Providers, list_channels
from oblivious.channels.tables import Channel, ChannelKey, Model, Origin, Pool, ProviderRules
from oblivious.gateway.routes.admin.rules_shown import RULES
from oblivious.identity.groups import list_groups
from oblivious.identity.tables import Group
from oblivious.infra.database.table import Table

TABLES: Sequence[type[Table]] = (Group, Pool, Model, ProviderRules, Price, Channel, ChannelKey)
"""Where it is kept."""


SINGULAR = {
    "groups": "group",
    "pools": "pool",
    "models": "model",
    "providers": RULES,
    "prices": "price",
    "channels": "channel",
}
"""By section: what one thing of it is called, also by the audit."""


class Entry(NamedTuple):
    """One thing.

    Attributes:
        form: as a file says it.
        sealed: by place in the form, what is stored of its secrets: it is another text for another secret.
    """

    form: Form
    sealed: Mapping[str, str] = {}


House = Mapping[str, Mapping[str, Entry]]
"""By section and name."""


async def read_house(session: AsyncSession, providers: Providers) -> House:
    """Return everything that operators have said; channels that appear by themselves are not among it."""
    prices = await session.scalars(select(Price).order_by(col(Price.model)))
    return {
        "groups": {row.name: Entry(group_form(row)) for row in await list_groups(session)},
        "pools": {row.name: Entry(pool_form(row)) for row in await list_pools(session)},
        "models": {row.name: Entry(model_form(row)) for row in await list_models(session)},
        "providers": {row.provider: Entry(rules_form(row)) for row in await list_rules(session)},
        "prices": {row.model: Entry(price_form(row)) for row in prices},
        "channels": await _channels(session, providers),
    }


def labels(keys: Sequence[Form]) -> list[str]:
    """Return what each key of a channel is called here: its name, its reference, or a hint; each once."""
    found: list[str] = []
    for key in keys:
        label = key.get("name") or ":".join(next(iter(key.get("secret", {"no": "secret"}).items())))
        each = (label if number == 1 else f"{label} #{number}" for number in count(1))
        found.append(next(one for one in each if one not in found))
    return found


async def _channels(session: AsyncSession, providers: Providers) -> Mapping[str, Entry]:
    keys: dict[int, list[ChannelKey]] = {}
    for key in await list_channel_keys(session):
        keys.setdefault(key.channel_id, []).append(key)
    rows = [row for row in await list_channels(session) if row.origin == Origin.OPERATOR]
    return {
        row.name: _channel(row, keys.get(row.id, ()), providers)
        for row in sorted(rows, key=lambda row: row.name)
    }


def _channel(row: Channel, keys: Sequence[ChannelKey], providers: Providers) -> Entry:
    provider = providers.get(row.provider)
    form = channel_form(row, keys, asks_for_key=provider is None or provider.needs_key)
    named = zip(labels(form.get("keys", [{}] * len(keys))), keys, strict=True)
    return Entry(form, {"link": row.link or "", **{f"keys.{label}": key.secret for label, key in named}})
