"""`/api/v1/channels/{id}/health`: how a channel fares, and an operator's word that it is well."""

from collections.abc import Sequence

from litestar import Controller, get, post
from litestar.status_codes import HTTP_200_OK
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.channels.candidate import Candidate
from oblivious.channels.catalogue import list_pools
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.repository import provider_named
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.channels.tested import list_tests
from oblivious.channels.ways import meters_of_pools, opened_key, ways_of
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import StateLost
from oblivious.gateway.routes.admin.answers import ACTS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.health_told import ChannelHealth, Here, subjects_of_channel, told
from oblivious.gateway.routes.admin.parts import AdminParts, Parts
from oblivious.gateway.routes.admin.rooms import Room, rooms_of
from oblivious.gateway.routes.admin.rows import RowId, remember, row_of
from oblivious.infra.crypto import WrongSecret
from oblivious.infra.database.sessions import reading, writing
from oblivious.infra.state.errors import StateStoreError


class ChannelHealths(Controller):
    """How channels fare: what failed, what is held back, and until when."""

    path = "/channels/{channel_id:int}/health"
    tags = ("channels",)

    @get(summary="See how a channel fares", responses=READS)
    async def get_health(self, parts: Parts, channel_id: RowId) -> ChannelHealth:
        """Return the state of a channel, its keys, its limits and its last tests."""
        async with reading(parts.maker) as session:
            channel = await row_of(session, Channel, channel_id)
            return await _told(session, parts, channel)

    @post("/clear", summary="Take a channel for well", status_code=HTTP_200_OK, responses=ACTS)
    async def clear_health(self, request: AdminRequest, parts: Parts, channel_id: RowId) -> ChannelHealth:
        """Forget every failure of a channel, its keys and their pools, so that it is asked again at once.

        Keys that are off stay off.

        Raises:
            StateLost: other gateways cannot be told now.
        """
        health = parts.road.health
        async with writing(parts.maker) as session:
            channel = await row_of(session, Channel, channel_id)
            keys = await list_channel_keys(session, channel)
            await remember(session, request.user, "clear", "channel health", channel.name)
            try:
                for subject in subjects_of_channel(channel.id, keys, health.known()):
                    await health.clear(subject)
            except StateStoreError as error:
                raise StateLost("other gateways cannot be told now; try again") from error
            return await _told(session, parts, channel)


async def _told(session: AsyncSession, parts: AdminParts, channel: Channel) -> ChannelHealth:
    keys = await list_channel_keys(session, channel)
    tests = await list_tests(session, channel.id)
    way = await _way(session, parts, channel, keys)
    road = parts.road
    here = Here(road.busy.get(channel.id, 0), road.latencies.get(channel.id), await _rooms(parts, way))
    return told(channel, keys, tests, road.health, here)


async def _way(
    session: AsyncSession, parts: AdminParts, channel: Channel, keys: Sequence[ChannelKey]
) -> Candidate | None:
    """Return the channel with all of its keys and their limits; None where it cannot be read."""
    pools = meters_of_pools(await list_pools(session))
    opened = [opened_key(key, parts.secrets, pools) for key in keys]
    readable = tuple(key for key in opened if key is not None)
    try:
        provider = provider_named(parts.providers, channel.provider)
        return next(ways_of(channel, readable, parts.secrets, provider), None)
    except (ChangeRefused, WrongSecret):
        return None


async def _rooms(parts: AdminParts, way: Candidate | None) -> list[Room] | None:
    try:
        return await rooms_of(parts.road.draws, [way] if way is not None else [])
    except StateStoreError:
        return None
