"""Rows as a file says them: every member that is not as it would be by itself. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from oblivious.adapters.lenient import is_object
from oblivious.app.declared.file import (
    ChannelSaid,
    GroupSaid,
    KeySaid,
    ModelSaid,
    PoolSaid,
    State,
)
from oblivious.billing.tables import Price
from oblivious.channels.keys import NO_SECRET
from oblivious.channels.links import STARS
from oblivious.channels.tables import Channel, ChannelKey, Model, Pool, ProviderRules
from oblivious.contracts.money import Rates
from oblivious.identity.tables import Group

Form = dict[str, Any]

_MILLION = 1_000_000
_KINDS = ("input", "output", "cache_read", "cache_write", "reasoning")
_ALWAYS = ("policy", "ratio", "name", "provider", "models")


def decimal_text(number: Decimal) -> str:
    """Return a number in the one way in which it is written here: `2.5`, `1000`."""
    return f"{number.normalize():f}"


def group_form(row: Group) -> Form:
    """Return a group."""
    return {**_form(row, GroupSaid()), "ratio": decimal_text(Decimal(row.ratio))}


def pool_form(row: Pool) -> Form:
    """Return a pool."""
    return _form(row, PoolSaid())


def model_form(row: Model) -> Form:
    """Return what is said of a model."""
    return _form(row, ModelSaid())


def rules_form(row: ProviderRules) -> Form:
    """Return what is said of a provider."""
    return {"rules": row.rules}


def price_form(row: Price) -> Form:
    """Return a price, US dollars per million tokens."""
    rates = msgspec.convert(row.rates, Rates)
    dollars: Mapping[str, Decimal | None] = {kind: getattr(rates, kind) for kind in _KINDS}
    return {kind: decimal_text(rate * _MILLION) for kind, rate in dollars.items() if rate is not None}


def channel_form(row: Channel, keys: Sequence[ChannelKey], *, asks_for_key: bool) -> Form:
    """Return a channel with its keys; one that is being drained is on its way off."""
    form = _form(row, ChannelSaid(), state=_state(off=row.disabled or row.draining))
    link = link_form(row.link_shown)
    form.pop("base_url", None)
    form.pop("link", None)
    said = [key_form(key) for key in keys]
    return {
        **form,
        **({"link": link} if link else {}),
        **({"keys": said} if said != ([] if asks_for_key else [{}]) else {}),
    }


def key_form(row: ChannelKey) -> Form:
    """Return a key; one that its provider has refused is not off here."""
    form = _form(row, KeySaid(), state=_state(off=row.disabled))
    form.pop("secret", None)
    secret = _secret(row)
    named = {"name": row.name} if form.pop("name") else {}
    return {**named, **({"secret": secret} if secret else {}), **form}


def link_form(shown: Mapping[str, Any]) -> Form:
    """Return how connections are made: what may not be shown, and has no reference, is kept."""
    return {name: {"kept": value} if _is_hidden(name, value) else value for name, value in shown.items()}


def _secret(row: ChannelKey) -> Form | None:
    if row.source:
        kind, _, where = row.source.partition(":")
        return {kind: where}
    return None if row.hint == NO_SECRET else {"kept": row.hint}


def _is_hidden(name: str, value: object) -> bool:
    return not is_object(value) and name in {"proxy", "certificate"} and STARS in str(value)


def _state(*, off: bool) -> State:
    return "off" if off else "on"


def _form(row: object, usual: msgspec.Struct, **instead: object) -> Form:
    """Return the members of a row in their order, less those that are as usual."""
    told: Form = {}
    for name, default in msgspec.structs.asdict(usual).items():
        value = instead.get(name, getattr(row, name, default))
        if value != default or name in _ALWAYS:
            told[name] = value
    return told
