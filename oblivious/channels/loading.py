"""From channel rows to a directory."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.base_urls import served_at
from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.directory import Directory, ListedModel, Offer, build_directory
from oblivious.channels.tables import Channel, ChannelKey, KeyMode
from oblivious.infra.crypto import Secrets, WrongSecret
from oblivious.infra.upstream import Origin

_log = structlog.get_logger(__name__)


async def load_directory(
    session: AsyncSession, secrets: Secrets, providers: Mapping[str, Provider]
) -> Directory:
    """Read all channels and index them, off the loop: a thousand of them take a while.

    A channel of an unknown provider and a key that cannot be decrypted are left out, and logged.
    """
    channels = list(await session.scalars(select(Channel).order_by(col(Channel.id))))
    keys = list(await session.scalars(select(ChannelKey).order_by(col(ChannelKey.id))))
    return await asyncio.to_thread(directory_of, channels, keys, secrets, providers)


def directory_of(
    channels: Sequence[Channel],
    keys: Sequence[ChannelKey],
    secrets: Secrets,
    providers: Mapping[str, Provider],
) -> Directory:
    """Index channels and their keys."""
    opened: dict[int, list[Key]] = {}
    for row in keys:
        if not row.disabled and (key := _opened(row, secrets)) is not None:
            opened.setdefault(row.channel_id, []).append(key)
    first_by_priority = sorted(channels, key=lambda channel: -channel.priority)
    return build_directory(
        [
            offer
            for channel in first_by_priority
            for offer in _offers(channel, tuple(opened.get(channel.id, ())), providers)
        ]
    )


def _opened(row: ChannelKey, secrets: Secrets) -> Key | None:
    try:
        return Key(row.id, secrets.decrypt(row.secret))
    except WrongSecret as error:
        _log.error(
            "channel_key_unreadable", channel_id=row.channel_id, channel_key_id=row.id, error=str(error)
        )
        return None


def _offers(channel: Channel, keys: tuple[Key, ...], providers: Mapping[str, Provider]) -> Iterator[Offer]:
    provider = providers.get(channel.provider)
    if provider is None:
        _log.error("channel_of_unknown_provider", channel=channel.name, provider=channel.provider)
        return
    ways = list(_ways(channel, keys, provider)) if keys and not channel.disabled else []
    created, groups, mapping = int(channel.created_at.timestamp()), channel.groups, channel.mapping
    for model in channel.models:
        upstream_model = mapping.get(model, model)
        candidates = [way.to(upstream_model) for way in ways if provider.serves(way.dialect, upstream_model)]
        yield Offer(ListedModel(model, created, provider.name), groups, candidates)


def _ways(channel: Channel, keys: tuple[Key, ...], provider: Provider) -> Iterator[Candidate]:
    """Yield the channel in each of its dialects, for no model yet."""
    for dialect, url in served_at(provider, channel.base_urls).items():
        yield Candidate(
            channel_id=channel.id,
            name=channel.name,
            provider=provider,
            dialect=dialect,
            base_url=url,
            origin=Origin.of(url),
            upstream_model="",
            keys=keys,
            weight=channel.weight,
            priority=channel.priority,
            polling=channel.key_mode == KeyMode.POLLING,
        )
