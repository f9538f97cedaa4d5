"""Counting tokens where no upstream of the model can: by length, and marked as an estimate."""

import msgspec

from oblivious.adapters.estimate import estimate_input_tokens
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.headers import our_headers
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.sending import send_whole

_ESTIMATED = (b"x-oblivious-estimated", b"true")
_OK = 200


def is_counted_here(road: Road, exchange: Exchange) -> bool:
    """Whether a count is asked for, of a model that is served, but by nobody who counts."""
    endpoint = exchange.endpoint
    if not endpoint.counts:
        return False
    model, group, seen = exchange.envelope.model, exchange.caller.group, road.directory
    return not seen.candidates(model, group, endpoint.dialect) and bool(
        seen.candidates(model, group, endpoint.dialect, translated=True)
    )


async def count_here(exchange: Exchange) -> None:
    """Answer with what admission would take the request for; it costs nothing."""
    exchange.status = _OK
    counted = {exchange.endpoint.counts: estimate_input_tokens(exchange.envelope.body)}
    body = msgspec.json.encode(counted)
    await send_whole(
        exchange, [(b"content-type", b"application/json"), _ESTIMATED, *our_headers(exchange)], body
    )
