"""Steps 8 and 9: hand the answer back as it comes, count it, and end honestly."""

import time
from collections.abc import Sequence

from oblivious.adapters.dialects.passing import Stream
from oblivious.contracts.errors import BrokeOff
from oblivious.gateway.road.bindings import owners_of
from oblivious.gateway.road.drain import drain
from oblivious.gateway.road.end import end
from oblivious.gateway.road.exchange import Accepted, Exchange, Incoming
from oblivious.gateway.road.faults import as_upstream_error
from oblivious.gateway.road.headers import reply_headers
from oblivious.gateway.road.notes import note_down
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.sending import send_last, send_whole
from oblivious.gateway.road.thoughts import thoughts_of
from oblivious.infra.upstream import UpstreamFault


async def hand_back(road: Road, exchange: Exchange, accepted: Accepted) -> None:
    """Send the accepted answer to the client; the books are closed before its last byte leaves.

    Raises:
        UpstreamError: the stream broke off; the client already has a part of it.
    """
    exchange.accepted = accepted
    exchange.status = accepted.response.status
    exchange.first_byte = time.monotonic()
    if accepted.scanner is None:
        await _whole(road, exchange, accepted)
    else:
        await _stream(road, exchange, accepted, accepted.scanner)


async def _whole(road: Road, exchange: Exchange, accepted: Accepted) -> None:
    await _note(road, exchange, accepted.bindings)
    headers = reply_headers(exchange, accepted)
    end(road, exchange)
    await send_whole(exchange, headers, accepted.held)


async def _stream(road: Road, exchange: Exchange, accepted: Accepted, scanner: Stream) -> None:
    response = accepted.response
    headers = reply_headers(exchange, accepted)
    await exchange.send({"type": "http.response.start", "status": exchange.status, "headers": headers})
    exchange.streaming = True
    exchange.last_sent = exchange.first_byte
    out, more = accepted.held, True
    while more and not scanner.ended:
        await _pass_on(exchange, out)
        out, more = await _next(response, scanner)
        if scanner.error is not None:
            await _pass_on(exchange, out)
            raise scanner.error
    if not scanner.ended:
        await _pass_on(exchange, out)
        raise BrokeOff("the provider closed the stream before its end")
    await _note(road, exchange, scanner.bindings)
    end(road, exchange)
    exchange.streaming = False
    await send_last(exchange, out)
    if not response.complete:
        await drain(response)


async def _note(road: Road, exchange: Exchange, bindings: Sequence[str]) -> None:
    """Note what the next turn needs, before the client has the last of this answer."""
    if bindings or exchange.listener is not None:
        await note_down(road, owners_of(exchange, bindings) + thoughts_of(exchange))


async def _pass_on(exchange: Exchange, out: bytes) -> None:
    if not out:
        return
    exchange.sending = True
    await exchange.send({"type": "http.response.body", "body": out, "more_body": True})
    exchange.sending = False
    exchange.last_sent = time.monotonic()


async def _next(response: Incoming, scanner: Stream) -> tuple[bytes, bool]:
    """Return what goes to the client next, and whether the upstream may say more.

    A connection that fails when all was said has failed too late to matter.
    """
    try:
        chunk = await response.read()
    except UpstreamFault as fault:
        out = scanner.finish()
        if scanner.ended or scanner.error is not None:
            return out, False
        raise as_upstream_error(fault) from fault
    return (scanner.feed(chunk), True) if chunk else (scanner.finish(), False)
