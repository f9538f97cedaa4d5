"""`/api/v1/channels/{id}/health`: how a channel fares, and an operator's word that it is well."""

from litestar import Controller, get, post
from litestar.status_codes import HTTP_200_OK

from oblivious.channels.keys import list_channel_keys
from oblivious.channels.tables import Channel
from oblivious.contracts.errors import StateLost
from oblivious.gateway.routes.admin.answers import ACTS, READS
from oblivious.gateway.routes.admin.asking import AdminRequest
from oblivious.gateway.routes.admin.health_read import read_health
from oblivious.gateway.routes.admin.health_told import ChannelHealth, subjects_of_channel
from oblivious.gateway.routes.admin.parts import Parts
from oblivious.gateway.routes.admin.rows import RowId, row_of
from oblivious.identity.audit import note_change
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
            return await read_health(session, parts.road, parts.providers, parts.secrets, channel)

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
            await note_change(session, request.user, "clear", "channel health", channel.name)
            try:
                for subject in subjects_of_channel(channel.id, keys, health.known()):
                    await health.clear(subject)
            except StateStoreError as error:
                raise StateLost("other gateways cannot be told now; try again") from error
            return await read_health(session, parts.road, parts.providers, parts.secrets, channel)
