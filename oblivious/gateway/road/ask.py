"""Step 6: send: write the call down, let it leave, and hear whether it is accepted."""

import asyncio
import dataclasses
import time
from collections.abc import Callable

from oblivious.adapters.dialects.face import Answer, Headers
from oblivious.adapters.dialects.reshaping import MOST_BYTES, retold
from oblivious.adapters.dialects.ways import Way
from oblivious.adapters.framing.table import UNFRAMERS, media_type, unframed
from oblivious.channels.directory import Candidate, Key
from oblivious.contracts.errors import Garbled, JournalFull
from oblivious.contracts.events import Attempt
from oblivious.contracts.ids import attempt_id
from oblivious.gateway.road.commit import commit
from oblivious.gateway.road.convert import Call
from oblivious.gateway.road.exchange import Accepted, Exchange
from oblivious.gateway.road.faults import as_upstream_error
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.reshape import gather, through_chat
from oblivious.gateway.road.shape import taken_for, timed
from oblivious.infra.upstream import Deadlines, Response, UpstreamFault

_ERROR_BYTES = 1024 * 1024
_ON_THE_LOOP_BYTES = 256 * 1024
"""What is larger is read in a thread: a hundred vectors take 50 ms."""
_FIRST_ERROR_STATUS = 300
_REASON_S = 5.0


def next_attempt(exchange: Exchange) -> str:
    """Give the exchange the id of another attempt, and return it."""
    exchange.attempts += 1
    exchange.attempt_id = attempt_id(exchange.id, exchange.attempts)
    return exchange.attempt_id


async def ask(road: Road, exchange: Exchange, candidate: Candidate, key: Key, call: Call) -> Accepted:
    """Make a call; return its answer once the upstream has accepted.

    Raises:
        UpstreamError: it did not; `elsewhere` says whether another one may.
        JournalFull: the call could not be written down, so it was not made.
    """
    _write_down(road, exchange, candidate, key, call)

    def gate(go: Callable[[BaseException | None], None]) -> None:
        exchange.asked = True
        road.journal.after_write(go)

    try:
        response = await road.client.send(
            candidate.origin, call.head, call.body, deadlines=_deadlines(road, exchange, candidate), gate=gate
        )
    except UpstreamFault as fault:
        raise as_upstream_error(fault) from fault
    except OSError as error:  # the gate's: the record could not be written
        exchange.asked = False
        raise JournalFull("there is no room to write this exchange down", retry_after_ms=1_000) from error
    try:
        return await _heard(exchange, response, candidate, key, call.way)
    except UpstreamFault as fault:
        response.close()
        raise as_upstream_error(fault) from fault
    except BaseException:
        response.close()
        raise


def _write_down(road: Road, exchange: Exchange, candidate: Candidate, key: Key, call: Call) -> None:
    now_ms = time.time_ns() // 1_000_000
    road.journal.append(
        Attempt(exchange.id, call.attempt_id, now_ms, candidate.channel_id, key.id, candidate.upstream_model)
    )


def _deadlines(road: Road, exchange: Exchange, candidate: Candidate) -> Deadlines:
    """Return the deadlines of this attempt: all attempts together have the total, fetching included."""
    whole = road.limits.deadlines
    if exchange.attempts > 1 or exchange.media is not None:
        spent_ms = int((time.monotonic() - exchange.arrived) * 1000)
        whole = dataclasses.replace(whole, total_ms=max(1, whole.total_ms - spent_ms))
    return whole if candidate.shaping is None else timed(candidate.shaping, whole)


async def _heard(
    exchange: Exchange, response: Response, candidate: Candidate, key: Key, way: Way
) -> Accepted:
    if response.status >= _FIRST_ERROR_STATUS:
        body = await reason_in(response)
        status, shaping = response.status, candidate.shaping
        if shaping is not None:
            status = taken_for(exchange, shaping, status)
        raise way.read_error(status, response.headers, body)
    kind = media_type(response.header(b"content-type") or b"")
    if kind in UNFRAMERS:
        return await _streamed(exchange, response, key, way, kind)
    if exchange.envelope.stream and (read := through_chat(exchange, key, way)) is not None:
        return await commit(response, read, retold(read))
    body = await response.read_all(MOST_BYTES)
    answer, for_client = await _read(way, body, response.headers)
    if answer.error is not None:
        raise answer.error
    return Accepted(response, way, for_client, usage=answer.usage, bindings=answer.bindings)


async def reason_in(response: Response, *, within_s: float = _REASON_S) -> bytes:
    """Return the body of a refusal; b"" where it is too late or too large, damaged or cut off.

    Status and headers say the most of it: nobody waits long for the rest.
    """
    try:
        async with asyncio.timeout(within_s):
            return await response.read_all(_ERROR_BYTES)
    except (TimeoutError, UpstreamFault):
        response.close()
        return b""


async def _read(way: Way, body: bytes, headers: Headers) -> tuple[Answer, bytes]:
    if len(body) <= _ON_THE_LOOP_BYTES:
        return way.whole(body, headers)
    return await asyncio.to_thread(way.whole, body, headers)


async def _streamed(exchange: Exchange, response: Response, key: Key, way: Way, kind: bytes) -> Accepted:
    if exchange.envelope.stream:
        return await commit(response, way, unframed(way.stream(), kind))
    read = through_chat(exchange, key, way)
    if read is None:
        raise Garbled("the provider answered with a stream where none was asked for")
    return await gather(response, read, kind)
