"""Steps 5 to 7: convert, send, commit; and as long as nothing was committed, try the next channel."""

import asyncio
import time

from oblivious.channels.directory import Candidate, Key
from oblivious.channels.pick import Attempts
from oblivious.contracts.errors import (
    BadCredential,
    InvalidRequest,
    NoChannel,
    OutOfCredit,
    RelayError,
    UpstreamError,
    UpstreamRateLimited,
)
from oblivious.gateway.road.attempt import attempt
from oblivious.gateway.road.exchange import Accepted, Exchange
from oblivious.gateway.road.parts import Road
from oblivious.infra.telemetry import families

_BACKOFF_FIRST_S = 0.05
_BACKOFF_MOST_S = 2.0
_REST_UNSAID_MS = 1_000

_KEY_FAULTS = (BadCredential, OutOfCredit, UpstreamRateLimited)
"""What says something of one channel key only; anything else counts against its whole channel."""


async def first_willing(road: Road, exchange: Exchange) -> Accepted:
    """Try the candidates in order until one has accepted the exchange.

    The first failover is immediate; later ones wait a full-jitter back-off. What failed in this exchange
    is not tried again in it, and a key that asked for rest is tried last.

    Raises:
        UpstreamError: nobody accepted; the most telling of the failures.
        InvalidRequest: nobody was asked, since no channel's dialect can say what is wanted.
        NoChannel: there was nobody left to ask.
    """
    attempts = Attempts(exchange.candidates, road.dice, road.cursors, resting=_resting(road))
    failures: list[UpstreamError] = []
    unsayable: InvalidRequest | None = None
    while (choice := attempts.next()) is not None and await _time_left(road, exchange, len(failures)):
        exchange.candidate, exchange.key = candidate, key = choice
        try:
            return await attempt(road, exchange, candidate, key)
        except InvalidRequest as error:  # its dialect has no words for this; another one may
            unsayable = error
            attempts.exclude_channel(candidate.channel_id)
        except UpstreamError as failure:
            exchange.asked = False
            _note(road, candidate, key, failure)
            failures.append(failure)
            if not failure.elsewhere:
                break
            if isinstance(failure, _KEY_FAULTS):
                attempts.exclude_key(key.id)
            else:
                attempts.exclude_channel(candidate.channel_id)
    if unsayable is not None and not failures:
        raise unsayable
    raise verdict(failures) from (failures[-1] if failures else None)


def verdict(failures: list[UpstreamError]) -> RelayError:
    """Return what the caller is told when every attempt failed: above all what does not concern one key."""
    if not failures:
        return NoChannel("no channel for this model is available right now", retry_after_ms=_REST_UNSAID_MS)
    of_channels = [failure for failure in failures if not isinstance(failure, _KEY_FAULTS)]
    if of_channels:
        return of_channels[-1]
    throttled = [failure for failure in failures if isinstance(failure, UpstreamRateLimited)]
    if throttled:
        return min(throttled, key=lambda failure: failure.retry_after_ms or _REST_UNSAID_MS)
    return failures[-1]


def _resting(road: Road) -> frozenset[int]:
    if not road.resting:
        return frozenset()
    now = time.monotonic()
    for key_id in [key_id for key_id, until in road.resting.items() if until <= now]:
        del road.resting[key_id]
    return frozenset(road.resting)


def _note(road: Road, candidate: Candidate, key: Key, failure: UpstreamError) -> None:
    road.tally.add(families.UPSTREAM_ERRORS, 1, candidate.name, failure.code)
    if isinstance(failure, UpstreamRateLimited):
        rest_ms = failure.retry_after_ms or _REST_UNSAID_MS
        road.resting[key.id] = time.monotonic() + rest_ms / 1000


async def _time_left(road: Road, exchange: Exchange, failed: int) -> bool:
    """Wait the back-off before another attempt, and say whether there is still time for it."""
    if not failed:
        return True
    if failed > 1:
        ceiling = min(_BACKOFF_MOST_S, _BACKOFF_FIRST_S * 2 ** (failed - 2))
        await asyncio.sleep(road.dice.uniform(0, ceiling))
    return (time.monotonic() - exchange.arrived) * 1000 < road.limits.deadlines.total_ms
