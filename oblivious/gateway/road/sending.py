"""What goes to the client: whole answers, last pieces, and events without meaning that keep a line alive."""

import asyncio

from oblivious.adapters.dialects.face import Headers
from oblivious.gateway.road.exchange import Exchange


def ping(exchange: Exchange, now: float) -> None:
    """Send a ping, without waiting, unless the client has yet to take what was sent before."""
    if exchange.sending or (exchange.ping is not None and not exchange.ping.done()):
        return
    exchange.last_sent = now
    message = {"type": "http.response.body", "body": exchange.face.ping, "more_body": True}
    exchange.ping = asyncio.ensure_future(exchange.send(message))


async def send_last(exchange: Exchange, body: bytes) -> None:
    """Send the last piece of a stream; a ping that waits for a slow reader goes first."""
    if exchange.ping is not None:
        await exchange.ping
    await exchange.send({"type": "http.response.body", "body": body, "more_body": False})


async def send_whole(exchange: Exchange, headers: Headers, body: bytes) -> None:
    """Send an answer that is no stream, with the exchange's status; the headers get its length."""
    headers.append((b"content-length", b"%d" % len(body)))
    await exchange.send({"type": "http.response.start", "status": exchange.status, "headers": headers})
    await exchange.send({"type": "http.response.body", "body": body, "more_body": False})
