"""How a channel fares, read from the database, the health board and the limits; for the API and commands."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.channels.candidate import Candidate
from oblivious.channels.catalogue import list_pools
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.repository import Providers, provider_named
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.channels.tested import list_tests
from oblivious.channels.ways import PoolMeters, meters_of_pools, opened_key, ways_of
from oblivious.contracts.changes import ChangeRefused
from oblivious.gateway.road.parts import Road
from oblivious.gateway.routes.admin.health_told import ChannelHealth, Here, told
from oblivious.gateway.routes.admin.rooms import Room, rooms_of
from oblivious.infra.crypto import Secrets, WrongSecret
from oblivious.infra.state.errors import StateStoreError


async def read_health(
    session: AsyncSession, road: Road, providers: Providers, secrets: Secrets, channel: Channel
) -> ChannelHealth:
    """Return how a channel fares, as the process of this road knows it."""
    (health,) = await read_healths(session, road, providers, secrets, [channel])
    return health


async def read_healths(
    session: AsyncSession, road: Road, providers: Providers, secrets: Secrets, channels: Sequence[Channel]
) -> list[ChannelHealth]:
    """Return how channels fare, in their order; what all of them share is read once."""
    pools = meters_of_pools(await list_pools(session))

    async def one(channel: Channel) -> ChannelHealth:
        keys = await list_channel_keys(session, channel)
        tests = await list_tests(session, channel.id)
        way = _way(providers, secrets, pools, channel, keys)
        here = Here(road.busy.get(channel.id, 0), road.latencies.get(channel.id), await _rooms(road, way))
        return told(channel, keys, tests, road.health, here)

    return [await one(channel) for channel in channels]


def _way(
    providers: Providers, secrets: Secrets, pools: PoolMeters, channel: Channel, keys: Sequence[ChannelKey]
) -> Candidate | None:
    """Return the channel with all of its keys and their limits; None where it cannot be read."""
    opened = [opened_key(key, secrets, pools) for key in keys]
    readable = tuple(key for key in opened if key is not None)
    try:
        provider = provider_named(providers, channel.provider)
        return next(ways_of(channel, readable, secrets, provider), None)
    except (ChangeRefused, WrongSecret):
        return None


async def _rooms(road: Road, way: Candidate | None) -> list[Room] | None:
    try:
        return await rooms_of(road.draws, [way] if way is not None else [])
    except StateStoreError:
        return None
