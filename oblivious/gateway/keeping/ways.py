"""Whom a test can ask: a channel's keys in its dialects, also those that are switched off."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.candidate import Candidate
from oblivious.channels.catalogue import list_pools
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.names import is_pattern, upstream_name
from oblivious.channels.repository import Providers, provider_named
from oblivious.channels.schedule import read_tests
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.channels.ways import PoolMeters, meters_of_pools, opened_key, ways_of
from oblivious.contracts.changes import ChangeRefused, NoSuch
from oblivious.gateway.keeping.question import can_be_asked
from oblivious.infra.crypto import Secrets


class Asked(NamedTuple):
    """One question to one channel key: a public model, in one dialect."""

    key: ChannelKey
    candidate: Candidate
    model: str


class Opened(NamedTuple):
    """A channel with its keys, as the tables have them."""

    channel: Channel
    keys: Sequence[ChannelKey]
    provider: Provider
    pools: PoolMeters


async def open_channel(session: AsyncSession, providers: Providers, channel_id: int) -> Opened:
    """Read a channel.

    Raises:
        NoSuch: there is none of that number.
        ChangeRefused: its provider is none that we know.
    """
    channel = (await session.scalars(select(Channel).where(col(Channel.id) == channel_id))).one_or_none()
    if channel is None:
        raise NoSuch("channel", f"there is no channel {channel_id}")
    keys = await list_channel_keys(session, channel)
    pools = meters_of_pools(await list_pools(session))
    return Opened(channel, keys, provider_named(providers, channel.provider), pools)


def usual_models(channel: Channel) -> tuple[str, ...]:
    """Return the public models that a channel is tested with: those it is told to, else its first one."""
    told = read_tests(channel.tests).models
    if told:
        return told
    named = next((model for model in channel.models if not is_pattern(model)), None)
    return () if named is None else (named,)


def asked_of(
    opened: Opened, secrets: Secrets, models: Sequence[str], key_ids: Sequence[int] | None = None
) -> Iterator[Asked]:
    """Yield a question for each key, model and dialect in which the channel serves it.

    Raises:
        ChangeRefused: what is said of the channel was written by a newer release.
        WrongSecret: its link was sealed with a secret key that is lost.
    """
    channel, provider = opened.channel, opened.provider
    for row in opened.keys:
        if key_ids is not None and row.id not in key_ids:
            continue
        key = opened_key(row, secrets, opened.pools)
        if key is None:
            continue
        ways = list(ways_of(channel, (key,), secrets, provider))
        for model in models:
            upstream = upstream_name(channel.mapping, model)
            for way in ways:
                candidate = way.to(upstream)
                if provider.serves(way.dialect, upstream) and can_be_asked(candidate, model):
                    yield Asked(row, candidate, model)


def first_ways(asked: Sequence[Asked]) -> list[Asked]:
    """Return one question for each key and model: in the channel's first dialect that serves it."""
    return list({(one.key.id, one.model): one for one in reversed(asked)}.values())[::-1]


def check_keys(opened: Opened, key_ids: Sequence[int]) -> None:
    """Refuse keys that are not the channel's, and none at all.

    Raises:
        ChangeRefused: names the first of them.
    """
    if not key_ids:
        raise ChangeRefused("key_ids", "are keys of the channel; none is named")
    own = {key.id for key in opened.keys}
    for key_id in key_ids:
        if key_id not in own:
            raise ChangeRefused("key_ids", f"are keys of the channel; {key_id} is none of its")
