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
    return build_directory(
        offer
        for channel in channels
        for offer in _offers(channel, tuple(opened.get(channel.id, ())), providers)
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
    addresses = [
        (dialect, url, Origin.of(url)) for dialect, url in served_at(provider, channel.base_urls).items()
    ]
    created = int(channel.created_at.timestamp())
    for model in channel.models:
        candidates = [
            Candidate(
                channel.id,
                channel.name,
                provider,
                dialect,
                url,
                origin,
                channel.mapping.get(model, model),
                keys,
                channel.weight,
                channel.priority,
                channel.key_mode == KeyMode.POLLING,
            )
            for dialect, url, origin in addresses
            if keys and not channel.disabled
        ]
        yield Offer(ListedModel(model, created, channel.provider), channel.groups, candidates)
