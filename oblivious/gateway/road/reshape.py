"""Where the upstream answers in the other form than was asked for: the client still gets its own."""

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.endpoint import Kind
from oblivious.adapters.dialects.reshaping import MOST_BYTES, Gathering
from oblivious.adapters.dialects.ways import TranslatedWay, Way
from oblivious.adapters.framing.table import unframed
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from oblivious.channels.directory import Key
from oblivious.contracts.errors import Garbled, InvalidRequest
from oblivious.gateway.road.convert import read_once
from oblivious.gateway.road.drain import drain
from oblivious.gateway.road.exchange import Accepted, Exchange
from oblivious.infra.upstream import Response


def through_chat(exchange: Exchange, key: Key, way: Way) -> TranslatedWay | None:
    """Return how the answer comes back by way of the neutral chat, though its dialect may stay the same.

    None where there is no such way: what was asked is no conversation, or says what only its upstream knows.
    """
    if isinstance(way, TranslatedWay):
        return way
    if exchange.endpoint.kind is not Kind.CHAT:
        return None
    try:
        _, plan = read_once(exchange)
    except InvalidRequest:
        return None
    face = exchange.face
    upstream = UPSTREAMS[face.name]
    account = str(key.id) if upstream.keeps_state else ""
    return TranslatedWay(face, CLIENTS[face.name], plan, upstream, UpstreamPlan(), account)


async def gather(response: Response, way: TranslatedWay, kind: bytes) -> Accepted:
    """Read a stream to its end; return it as the whole answer that was asked for.

    `kind` is the media type of the stream.

    Raises:
        UpstreamError: the stream failed, or broke off; nothing has gone out yet.
        UpstreamFault: the connection failed.
    """
    gathering = Gathering(way)
    stream = unframed(gathering.stream, kind)
    size = 0
    while not stream.ended and stream.error is None:
        chunk = await response.read()
        size += len(chunk)
        if size > MOST_BYTES:
            raise Garbled("the provider's answer is too large")
        if not chunk:
            stream.finish()
            break
        stream.feed(chunk)
    answer, body = gathering.whole()
    if answer.error is not None:
        raise answer.error
    if not response.complete:
        await drain(response)
    return Accepted(response, way, body, usage=answer.usage, bindings=answer.bindings)
