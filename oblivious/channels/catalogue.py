"""What operators say of models, pools and failures. Every write shows everywhere within a second."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.channels.abilities import read_abilities
from oblivious.channels.judge import read_rules
from oblivious.channels.quota import read_quota
from oblivious.channels.repository import Providers, provider_named
from oblivious.channels.strategy import Strategy
from oblivious.channels.tables import ChannelKey, Model, Pool, ProviderRules
from oblivious.channels.texts import line, names
from oblivious.contracts.changes import AlreadyThere, ChangeRefused, InUse, NoSuch
from oblivious.infra.database.locks import hold_tables
from oblivious.infra.database.revisions import Topic, bump
from oblivious.infra.database.types import utc_now

_LISTS = ("aliases", "fallbacks", "context_fallbacks", "content_fallbacks")


class WantedModel(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a public model; None leaves a part as it is. See `tables.Model`."""

    aliases: Sequence[str] | None = None
    fallbacks: Sequence[str] | None = None
    context_fallbacks: Sequence[str] | None = None
    content_fallbacks: Sequence[str] | None = None
    abilities: Mapping[str, Any] | None = None
    strategy: str | None = None


def check_strategy(strategy: str) -> str:
    """Return a strategy, or the empty text for the usual one.

    Raises:
        ChangeRefused: there is no such strategy.
    """
    if strategy and strategy not in set(Strategy):
        raise ChangeRefused("strategy", f"is one of {', '.join(Strategy)}, or empty, not {strategy!r}")
    return strategy


async def list_models(session: AsyncSession) -> list[Model]:
    """Return everything that is said of models, by name."""
    return list(await session.scalars(select(Model).order_by(col(Model.name))))


async def find_model(session: AsyncSession, name: str) -> Model | None:
    """Return what is said of a model, if anything."""
    return await session.scalar(select(Model).where(col(Model.name) == name))


async def hold_models(session: AsyncSession) -> None:
    """Let nobody else say anything of models until the transaction ends: a name belongs to one of them.

    It is the first thing a transaction does.
    """
    await hold_tables(session, [Model])


async def add_model(session: AsyncSession, name: str, wanted: WantedModel) -> Model:
    """Say something of a public model for the first time.

    Raises:
        AlreadyThere: something is said of it already.
        ChangeRefused: names the field that makes no sense.
    """
    if await find_model(session, line("name", name)) is not None:
        raise AlreadyThere("name", f"something is said of the model {line('name', name)!r} already")
    return await put_model(session, name, wanted)


async def put_model(session: AsyncSession, name: str, wanted: WantedModel) -> Model:
    """Say something of a public model, for the first time or anew.

    Raises:
        ChangeRefused: names the field that makes no sense.
    """
    model = await find_model(session, line("name", name)) or Model(name=line("name", name))
    changes = _changes(wanted, model.name)
    others = [other for other in await list_models(session) if other.name != model.name]
    _check_aliases(model.name, changes.get("aliases", model.aliases), others)
    for column, value in changes.items():
        setattr(model, column, value)
    session.add(model)
    await _changed(session)
    return model


async def remove_model(session: AsyncSession, name: str) -> None:
    """Forget what was said of a model; channels serve it as before.

    Raises:
        NoSuch: nothing was said of it.
    """
    model = await find_model(session, name)
    if model is None:
        raise NoSuch("name", f"nothing is said of the model {name!r}")
    await session.delete(model)
    await _changed(session)


async def list_pools(session: AsyncSession) -> list[Pool]:
    """Return every pool, by name."""
    return list(await session.scalars(select(Pool).order_by(col(Pool.name))))


async def find_pool(session: AsyncSession, name: str) -> Pool | None:
    """Return the pool of that name, if there is one."""
    return await session.scalar(select(Pool).where(col(Pool.name) == name))


async def add_pool(session: AsyncSession, name: str, limits: Mapping[str, Any]) -> Pool:
    """Make a pool.

    Raises:
        AlreadyThere: there is one of that name.
        ChangeRefused: names the field that makes no sense.
    """
    if await find_pool(session, line("name", name)) is not None:
        raise AlreadyThere("name", f"there is a pool {line('name', name)!r} already")
    return await put_pool(session, name, limits)


async def put_pool(session: AsyncSession, name: str, limits: Mapping[str, Any]) -> Pool:
    """Make a pool, or give it other limits.

    Raises:
        ChangeRefused: names the field that makes no sense.
    """
    checked = line("name", name)
    pool = await find_pool(session, checked) or Pool(name=checked)
    pool.limits = msgspec.to_builtins(read_quota(limits))
    session.add(pool)
    await _changed(session)
    return pool


async def remove_pool(session: AsyncSession, name: str) -> None:
    """Remove a pool that no key is in.

    Raises:
        NoSuch: there is none of that name.
        InUse: keys are in it.
    """
    pool = await find_pool(session, name)
    if pool is None:
        raise NoSuch("name", f"there is no pool {name!r}")
    key = await session.scalar(select(ChannelKey).where(col(ChannelKey.pool) == name).limit(1))
    if key is not None:
        raise InUse("name", f"is in use: the channel key {key.id} is in the pool")
    await session.delete(pool)
    await _changed(session)


async def list_rules(session: AsyncSession) -> list[ProviderRules]:
    """Return the rules of every provider that has any."""
    return list(await session.scalars(select(ProviderRules).order_by(col(ProviderRules.provider))))


async def put_rules(
    session: AsyncSession, providers: Providers, provider: str, rules: Sequence[Mapping[str, Any]]
) -> ProviderRules | None:
    """Say how a provider's failures are understood; None where no rules are left.

    Raises:
        ChangeRefused: names the provider, or the rule and its member, that makes no sense.
    """
    provider_named(providers, provider)
    checked = msgspec.to_builtins(read_rules(rules))
    row = await session.get(ProviderRules, provider)
    if not checked:
        if row is not None:
            await session.delete(row)
            await _changed(session)
        return None
    row = row or ProviderRules(provider=provider)
    row.rules, row.updated_at = checked, utc_now()
    session.add(row)
    await _changed(session)
    return row


def _changes(wanted: WantedModel, name: str) -> dict[str, Any]:
    said = {field: value for field, value in msgspec.structs.asdict(wanted).items() if value is not None}
    changes: dict[str, Any] = {field: names(field, said[field]) for field in _LISTS if field in said}
    for field, found in changes.items():
        if name in found:
            raise ChangeRefused(field, f"holds the model itself: {name!r}")
    if "abilities" in said:
        changes["abilities"] = msgspec.to_builtins(read_abilities(said["abilities"]))
    if "strategy" in said:
        changes["strategy"] = check_strategy(said["strategy"])
    return changes


def _check_aliases(name: str, aliases: Sequence[str], others: Sequence[Model]) -> None:
    taken = {alias: other.name for other in others for alias in [other.name, *other.aliases]}
    for place, alias in enumerate(aliases):
        if "*" in alias:
            raise ChangeRefused(f"aliases[{place}]", "is a name, and no pattern")
        if alias in taken:
            raise AlreadyThere(f"aliases[{place}]", f"{alias!r} belongs to the model {taken[alias]!r}")
    owner = next((other.name for other in others if name in other.aliases), None)
    if owner is not None:
        raise AlreadyThere("name", f"{name!r} is an alias of the model {owner!r}")


async def _changed(session: AsyncSession) -> None:
    await session.flush()
    await bump(session, Topic.CHANNELS)
