"""Switches a channel key off that its provider refuses for good; beside the road, which waits for nothing."""

import asyncio

import structlog

from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.inquiries.ask import list_models
from oblivious.channels.judge import Fault, Verdict
from oblivious.channels.keys import switch_off_key
from oblivious.channels.pick import Choice
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import (
    BrokeOff,
    Overloaded,
    TimedOut,
    Unreachable,
    UpstreamError,
    UpstreamRateLimited,
)
from oblivious.gateway.road.parts import Road
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.sessions import Sessions, writing
from oblivious.infra.upstream.transport import httpx_over

_CONFIRM_SECONDS = 5.0
_SILENT = (Unreachable, TimedOut, BrokeOff, Overloaded, UpstreamRateLimited)

_log = structlog.get_logger(__name__)


def switch_off(maker: Sessions, road: Road, choice: Choice, found: Verdict, reason: str) -> None:
    """Begin to, once for each key at a time; until it is written the health board holds the key back."""
    key = choice.key
    if key.id in road.switching:
        return
    road.switching.add(key.id)
    chore = asyncio.ensure_future(_switch_off(maker, choice, found, reason))
    road.chores.add(chore)
    chore.add_done_callback(road.chores.discard)
    chore.add_done_callback(lambda _: road.switching.discard(key.id))


async def _switch_off(maker: Sessions, choice: Choice, found: Verdict, reason: str) -> None:
    candidate, key = choice.candidate, choice.key
    if found.fault is Fault.AUTH and key.lasting and await _is_doubtful(candidate, key, reason):
        return
    try:
        async with writing(maker) as session:
            off = await switch_off_key(session, key.id, f"{found.fault}: {reason}")
    except DATABASE_LOST as error:  # it is refused again, and switched off then
        _log.warning("channel_key_not_switched_off", channel_key_id=key.id, error=str(error))
        return
    if off is not None:
        _log.error("channel_key_switched_off", channel=candidate.name, channel_key_id=key.id, reason=reason)


async def _is_doubtful(candidate: Candidate, key: Key, reason: str) -> bool:
    """Whether a refused key stays on, for now: its provider says by its list of models, for nothing.

    A provider that lists its models to the key refuses something else; one that does not answer now has not
    said so twice, and is asked again when it refuses the next time.
    """
    about: dict[str, object] = {"channel": candidate.name, "channel_key_id": key.id, "reason": reason}
    try:
        async with httpx_over(candidate.origin.link) as client:
            base_urls = {candidate.dialect: candidate.base_url}
            await list_models(client, candidate.provider, base_urls, key.secret, seconds=_CONFIRM_SECONDS)
    except _SILENT as error:
        _log.warning("channel_key_not_confirmed", **about, error=error.message)
    except (UpstreamError, ChangeRefused):
        return False
    else:
        _log.warning("channel_key_still_works", **about)
    return True
