"""One try of one channel key: journal it, send it, and hear whether it is accepted."""

import dataclasses
import time
from collections.abc import Callable

from oblivious.adapters.dialects.ways import Way
from oblivious.adapters.framing.table import UNFRAMERS, media_type
from oblivious.channels.directory import Candidate, Key
from oblivious.contracts.errors import Garbled, JournalFull
from oblivious.contracts.events import Attempt
from oblivious.contracts.ids import attempt_id
from oblivious.gateway.road.commit import commit
from oblivious.gateway.road.convert import convert, prepare
from oblivious.gateway.road.exchange import Accepted, Exchange
from oblivious.gateway.road.faults import as_upstream_error
from oblivious.gateway.road.parts import Road
from oblivious.infra.upstream import Deadlines, Response, UpstreamFault

_ANSWER_BYTES = 128 * 1024 * 1024
_ERROR_BYTES = 1024 * 1024
_FIRST_ERROR_STATUS = 300


async def attempt(road: Road, exchange: Exchange, candidate: Candidate, key: Key) -> Accepted:
    """Ask one channel key; return its answer once it has accepted.

    Raises:
        InvalidRequest: its dialect cannot say what is wanted, or a medium could not be fetched for it.
        UpstreamError: it did not; `elsewhere` says whether another one may.
        JournalFull: the attempt could not be written down, so it was not made.
    """
    exchange.attempts += 1
    exchange.attempt_id = attempt_id(exchange.id, exchange.attempts)
    if candidate.dialect != exchange.face.name:
        await prepare(road.fetcher, exchange, candidate)
    head, body, way = convert(exchange, candidate, key)
    _write_down(road, exchange, candidate, key)

    def gate(go: Callable[[BaseException | None], None]) -> None:
        exchange.asked = True
        road.journal.after_write(go)

    try:
        response = await road.client.send(
            candidate.origin, head, body, deadlines=_deadlines(road, exchange), gate=gate
        )
    except UpstreamFault as fault:
        raise as_upstream_error(fault) from fault
    except OSError as error:  # the gate's: the record could not be written
        exchange.asked = False
        raise JournalFull("there is no room to write this exchange down", retry_after_ms=1_000) from error
    try:
        return await _heard(exchange, response, way)
    except UpstreamFault as fault:
        response.close()
        raise as_upstream_error(fault) from fault
    except BaseException:
        response.close()
        raise


def _write_down(road: Road, exchange: Exchange, candidate: Candidate, key: Key) -> None:
    now_ms = time.time_ns() // 1_000_000
    road.journal.append(
        Attempt(
            exchange.id, exchange.attempt_id, now_ms, candidate.channel_id, key.id, candidate.upstream_model
        )
    )


def _deadlines(road: Road, exchange: Exchange) -> Deadlines:
    """Return the deadlines of this attempt: all attempts together have the total, fetching included."""
    whole = road.limits.deadlines
    if exchange.attempts == 1 and exchange.media is None:
        return whole
    spent_ms = int((time.monotonic() - exchange.arrived) * 1000)
    return dataclasses.replace(whole, total_ms=max(1, whole.total_ms - spent_ms))


async def _heard(exchange: Exchange, response: Response, way: Way) -> Accepted:
    if response.status >= _FIRST_ERROR_STATUS:
        body = await response.read_all(_ERROR_BYTES)
        raise way.read_error(response.status, response.headers, body)
    kind = media_type(response.header(b"content-type") or b"")
    if kind in UNFRAMERS:
        if not exchange.envelope.stream:
            raise Garbled("the provider answered with a stream where none was asked for")
        return await commit(response, way, kind)
    body = await response.read_all(_ANSWER_BYTES)
    answer, for_client = way.whole(body)
    if answer.error is not None:
        raise answer.error
    return Accepted(response, way, for_client, usage=answer.usage, bindings=answer.bindings)
