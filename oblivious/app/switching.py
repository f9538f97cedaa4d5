"""Switches a channel key off that its provider refuses for good; beside the road, which waits for nothing."""

import asyncio

import structlog

from oblivious.app.base import Base
from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.keys import switch_off_key
from oblivious.gateway.road.parts import Road
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.sessions import writing

_log = structlog.get_logger(__name__)


def switch_off(base: Base, road: Road, candidate: Candidate, key: Key, reason: str) -> None:
    """Begin to; until it is written the health board keeps everybody from the key."""
    chore = asyncio.ensure_future(_switch_off(base, candidate, key, reason))
    road.chores.add(chore)
    chore.add_done_callback(road.chores.discard)


async def _switch_off(base: Base, candidate: Candidate, key: Key, reason: str) -> None:
    try:
        async with writing(base.maker) as session:
            off = await switch_off_key(session, key.id, reason)
    except DATABASE_LOST as error:  # it is refused again, and switched off then
        _log.warning("channel_key_not_switched_off", channel_key_id=key.id, error=str(error))
        return
    if off is not None:
        _log.error(
            "channel_key_switched_off", channel=candidate.name, channel_key_id=key.id, reason=reason
        )
