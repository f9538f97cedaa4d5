"""How an exchange that failed is told to its client: in its dialect, and honestly in mid-stream."""

from oblivious.contracts.errors import RelayError
from oblivious.gateway.road.end import end
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.headers import our_headers
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.sending import send_last, send_whole


async def refuse(road: Road, exchange: Exchange, error: RelayError) -> None:
    """Answer with the error; where a part of the answer has gone out, with the dialect's error event.

    A stream that broke off ends without a success marker, so that nobody takes it for complete.
    """
    exchange.error = error
    exchange.reason = error.code
    if exchange.streaming:
        end(road, exchange)
        exchange.streaming = False
        await send_last(exchange, _last_words(exchange, error))
        return
    exchange.status, headers, body = exchange.face.error(error, exchange.request_id)
    end(road, exchange)
    await send_whole(exchange, headers + our_headers(exchange), body)


def _last_words(exchange: Exchange, error: RelayError) -> bytes:
    event = exchange.face.error_event(error, exchange.request_id)
    accepted = exchange.accepted
    return event if accepted is None or accepted.scanner is None else accepted.scanner.failed(event)
