"""Step 1: read the body, undo its encoding, decode the envelope and nothing deeper."""

import asyncio
import contextlib
from pathlib import Path
from typing import Protocol

from oblivious.contracts.errors import InvalidRequest
from oblivious.gateway.road.decode import decoded, too_large
from oblivious.gateway.road.exchange import ClientLeft, Exchange, Message, Receive
from oblivious.gateway.road.spool import Spooled

_DISCARD_S = 5.0


class BodyLimits(Protocol):
    """What a body may weigh, in bytes, and where the heavy ones wait."""

    @property
    def max_body_bytes(self) -> int: ...  # noqa: D102
    @property
    def spool_bytes(self) -> int: ...  # noqa: D102
    @property
    def spool_folder(self) -> Path: ...  # noqa: D102


async def accept(exchange: Exchange, limits: BodyLimits) -> None:
    """Read the request and fill in `body` and `envelope`.

    Raises:
        InvalidRequest: names the field, header or encoding that is wrong.
        BodyTooLarge: above `max_body_bytes`, before or after decompression.
        ClientLeft: the client went away while it was still sending.
    """
    headers = exchange.headers
    await _read(exchange, _declared_length(headers), limits)
    encoding = headers.get(b"content-encoding")
    if encoding and encoding != b"identity":
        await _unpack(exchange, encoding, limits)
    body = exchange.body
    data = body if isinstance(body, bytes) else await body.view()
    face, endpoint = exchange.face, exchange.endpoint
    if exchange.named is None:
        exchange.envelope = face.envelope(endpoint, data)
    else:
        model, stream = exchange.named
        exchange.envelope = face.envelope_at(endpoint, data, model, stream=stream)


def _declared_length(headers: dict[bytes, bytes]) -> int | None:
    declared = headers.get(b"content-length")
    if declared is None:
        return None
    if not declared.isdigit():
        raise InvalidRequest("the Content-Length header is not a number", param="content-length")
    return int(declared)


async def _read(exchange: Exchange, length: int | None, limits: BodyLimits) -> None:
    """Read until the declared length, or the last message where none was declared.

    A body on disk belongs to the exchange from its first byte, so that it is deleted whatever happens.
    """
    receive, most, light = exchange.receive, limits.max_body_bytes, limits.spool_bytes
    if length is not None and length > most:
        if b"expect" not in exchange.headers:  # else the client waits for our word before it sends
            await _discard(receive)
        raise too_large(most)
    pieces: list[bytes] = []
    size, more = 0, True
    spooled: Spooled | None = None
    while more and size != length:
        message = await _part(receive)
        pieces.append(message["body"])
        size += len(pieces[-1])
        more = message["more_body"]
        if size > most:
            if more:
                await _discard(receive)
            raise too_large(most)
        if size > light:
            if spooled is None:
                exchange.body = spooled = Spooled(limits.spool_folder)
            await spooled.write(b"".join(pieces))
            pieces.clear()
    if spooled is None:
        exchange.body = pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def _discard(receive: Receive) -> None:
    """Take what the client still sends, for a while: one that can't write on would never read our answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DISCARD_S):
            while (await _part(receive))["more_body"]:
                pass


async def _part(receive: Receive) -> Message:
    message = await receive()
    if message["type"] != "http.request":
        raise ClientLeft
    return message


async def _unpack(exchange: Exchange, encoding: bytes, limits: BodyLimits) -> None:
    body = exchange.body
    packed = body if isinstance(body, bytes) else bytes(await body.view())
    plain = await asyncio.to_thread(decoded, packed, encoding, limits.max_body_bytes)
    if isinstance(body, Spooled):
        body.close()
    if len(plain) <= limits.spool_bytes:
        exchange.body = plain
        return
    exchange.body = spooled = Spooled(limits.spool_folder)
    await spooled.write(plain)
