"""From rows to a directory."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.directory import Directory, ListedModel, Offer, build_directory
from oblivious.channels.judge import read_rules
from oblivious.channels.models import rules_of
from oblivious.channels.names import is_pattern, upstream_name
from oblivious.channels.tables import Channel, ChannelKey, Model, Pool, ProviderRules
from oblivious.channels.ways import meters_of_pools, opened_key, ways_of
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.crypto import Secrets, WrongSecret

_log = structlog.get_logger(__name__)


class Rows(NamedTuple):
    """What a directory is made of; `strategies` by the name of a group."""

    channels: Sequence[Channel]
    keys: Sequence[ChannelKey]
    models: Sequence[Model] = ()
    pools: Sequence[Pool] = ()
    rules: Sequence[ProviderRules] = ()
    strategies: Mapping[str, str] = {}


async def load_directory(
    session: AsyncSession,
    secrets: Secrets,
    providers: Mapping[str, Provider],
    strategies: Mapping[str, str] | None = None,
) -> Directory:
    """Read all channels and index them, off the loop: a thousand of them take a while.

    `strategies` are those of groups, by name, where they have one.

    A channel of an unknown provider and a key that cannot be decrypted are left out, and logged.
    """
    rows = Rows(
        list(await session.scalars(select(Channel).order_by(col(Channel.id)))),
        list(await session.scalars(select(ChannelKey).order_by(col(ChannelKey.id)))),
        list(await session.scalars(select(Model).order_by(col(Model.id)))),
        list(await session.scalars(select(Pool).order_by(col(Pool.id)))),
        list(await session.scalars(select(ProviderRules))),
        strategies or {},
    )
    return await asyncio.to_thread(directory_of, rows, secrets, providers)


def directory_of(rows: Rows, secrets: Secrets, providers: Mapping[str, Provider]) -> Directory:
    """Index channels and their keys, with what is said of models, pools and providers."""
    pools = meters_of_pools(rows.pools)
    opened: dict[int, list[Key]] = {}
    for row in rows.keys:
        if not row.disabled and not row.off_reason and (key := opened_key(row, secrets, pools)) is not None:
            opened.setdefault(row.channel_id, []).append(key)
    first_by_priority = sorted(rows.channels, key=lambda channel: -channel.priority)
    return build_directory(
        [
            offer
            for channel in first_by_priority
            for offer in _offers(channel, tuple(opened.get(channel.id, ())), secrets, providers)
        ],
        models=rules_of(rows.models),
        rules={row.provider: read_rules(row.rules) for row in rows.rules},
        strategies=rows.strategies,
    )


def _offers(
    channel: Channel, keys: tuple[Key, ...], secrets: Secrets, providers: Mapping[str, Provider]
) -> Iterator[Offer]:
    provider = providers.get(channel.provider)
    if provider is None:
        _log.error("channel_of_unknown_provider", channel=channel.name, provider=channel.provider)
        return
    ways: list[Candidate] = []
    if keys and not channel.disabled:
        try:
            ways = list(ways_of(channel, keys, secrets, provider))
        except (ChangeRefused, WrongSecret) as error:  # of a newer release, or sealed with a lost secret
            _log.error("channel_unreadable", channel=channel.name, error=str(error))
    created, groups, mapping = int(channel.created_at.timestamp()), channel.groups, channel.mapping

    def named(model: str) -> list[Candidate]:
        upstream = upstream_name(mapping, model)
        return [way.to(upstream) for way in ways if provider.serves(way.dialect, upstream)]

    for model in channel.models:
        listed = ListedModel(model, created, provider.name)
        if is_pattern(model):
            yield Offer(listed, groups, ways, named)
        else:
            yield Offer(listed, groups, named(model))
