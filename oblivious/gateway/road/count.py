"""Counting tokens: by an upstream in whatever dialect, else by length, and marked as an estimate."""

from oblivious.adapters.counting.counter import told
from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.estimate import estimate_input_tokens
from oblivious.contracts.errors import RelayError, UpstreamError
from oblivious.gateway.road.end import end
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.headers import our_headers
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.sending import send_whole

_ESTIMATED = (b"x-oblivious-estimated", b"true")
_OK = 200
_LACKS = frozenset({404, 405, 501})
"""What those answer that speak a dialect, but do not count in it."""


def is_counted_here(road: Road, exchange: Exchange) -> bool:
    """Whether a count is asked for, of a model that is served, but by nobody who counts."""
    endpoint = exchange.endpoint
    if not endpoint.counts:
        return False
    model, group, seen = exchange.envelope.model, exchange.caller.group, road.directory
    return not seen.candidates(model, group, endpoint.dialect, kind=Kind.COUNT) and bool(
        seen.candidates(model, group, endpoint.dialect, kind=Kind.CHAT)
    )


def could_not_count(exchange: Exchange, error: RelayError) -> bool:
    """Whether an upstream failed at a count that can be made here instead.

    What an upstream says to a client of its own dialect is the client's to know, unless it only cannot count.
    """
    if not exchange.endpoint.counts or not isinstance(error, UpstreamError) or exchange.first_byte:
        return False
    candidate = exchange.candidate
    translated = candidate is not None and candidate.dialect != exchange.face.name
    return translated or error.upstream_status in _LACKS


async def count_here(road: Road, exchange: Exchange) -> None:
    """Answer with what admission would take the request for; it costs nothing."""
    exchange.status = _OK
    body = told(exchange.endpoint, estimate_input_tokens(exchange.envelope.body))
    headers = [(b"content-type", b"application/json"), _ESTIMATED, *our_headers(exchange)]
    end(road, exchange)
    await send_whole(exchange, headers, body)
