"""From the rows of one channel to the ways in which it is asked, whether or not it takes work."""

from collections.abc import Iterator, Mapping, Sequence

import structlog

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.abilities import read_abilities
from oblivious.channels.base_urls import served_at
from oblivious.channels.candidate import Candidate, Key, pool_subject
from oblivious.channels.links import unsealed
from oblivious.channels.quota import meters_of, read_quota
from oblivious.channels.shaping.check import read_shaping
from oblivious.channels.tables import Channel, ChannelKey, KeyMode, Pool
from oblivious.contracts.meters import Meter
from oblivious.infra.crypto import Secrets, WrongSecret
from oblivious.infra.upstream import Origin

_log = structlog.get_logger(__name__)

PoolMeters = Mapping[str, tuple[Meter, ...]]
"""The limits of pools by their names, each with a cost of one."""


def meters_of_pools(pools: Sequence[Pool]) -> PoolMeters:
    """Return the limits of all pools."""
    return {
        pool.name: meters_of(read_quota(pool.limits), pool_subject(pool.name), f"of the pool {pool.name}")
        for pool in pools
    }


def opened_key(row: ChannelKey, secrets: Secrets, pools: PoolMeters) -> Key | None:
    """Return a key in clear; None, and a log line, where it was sealed with a secret key that is lost."""
    try:
        return Key(
            row.id,
            secrets.decrypt(row.secret),
            pool=row.pool,
            renames=row.mapping,
            meters=meters_of(read_quota(row.limits), f"k{row.id}", f"of the channel key {row.id}"),
            pool_meters=pools.get(row.pool, ()),
        )
    except WrongSecret as error:
        _log.error(
            "channel_key_unreadable", channel_id=row.channel_id, channel_key_id=row.id, error=str(error)
        )
        return None


def ways_of(
    channel: Channel, keys: tuple[Key, ...], secrets: Secrets, provider: Provider
) -> Iterator[Candidate]:
    """Yield the channel in each of its dialects, for no model yet.

    Raises:
        ChangeRefused: what is said of it was written by a newer release.
        WrongSecret: its link was sealed with a secret key that is lost.
    """
    shaping = read_shaping(channel.shaping) if channel.shaping else None
    link = unsealed(channel.link, secrets)
    meters = meters_of(read_quota(channel.limits), f"c{channel.id}", f"of the channel {channel.name}")
    abilities = read_abilities(channel.abilities)
    for dialect, url in served_at(provider, channel.base_urls).items():
        if shaping is not None and shaping.dialect not in {"", dialect}:
            continue
        yield Candidate(
            channel_id=channel.id,
            name=channel.name,
            provider=provider,
            dialect=dialect,
            base_url=url,
            origin=Origin.of(url, link),
            upstream_model="",
            keys=keys,
            weight=channel.weight,
            priority=channel.priority,
            polling=channel.key_mode == KeyMode.POLLING,
            draining=channel.draining,
            abilities=abilities,
            meters=meters,
            shaping=shaping,
            metered=bool(meters) or any(key.meters or key.pool_meters for key in keys),
            plain=provider.is_plain(dialect),
        )
