"""Ask a channel's provider something small, as the road would, to see whether it answers."""

import time
from collections.abc import Iterator, Sequence
from typing import NoReturn

import msgspec

from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.adapters.dialects.ways import Way
from oblivious.adapters.providers.provider import Auth
from oblivious.adapters.registry import PROVIDERS, face_of
from oblivious.app.output import Row
from oblivious.channels.base_urls import served_at
from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.credentials import Credentials
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.contracts.errors import InvalidRequest, UpstreamError
from oblivious.contracts.ids import attempt_id
from oblivious.gateway.road.convert import convert
from oblivious.gateway.road.exchange import Exchange, Message
from oblivious.gateway.road.faults import as_upstream_error
from oblivious.infra.crypto import Secrets
from oblivious.infra.upstream import Client, Deadlines, Origin, UpstreamFault

_DEADLINES = Deadlines(connect_ms=10_000, first_byte_ms=30_000, idle_ms=30_000, total_ms=60_000)
_ANSWER_BYTES = 1024 * 1024
_FIRST_ERROR_STATUS = 300
_HELLO = [{"role": "user", "content": "hi"}]


async def probe_channel(
    channel: Channel, keys: Sequence[ChannelKey], secrets: Secrets, model: str
) -> list[Row]:
    """Return one row for each dialect and key: whether it answered, how fast, else why not."""
    rows: list[Row] = []
    client, credentials = Client(), Credentials()
    try:
        for candidate in _candidates(channel, channel.mapping.get(model, model)):
            for key in keys:
                opened = Key(key.id, secrets.decrypt(key.secret))
                answer = await _asked(client, credentials, candidate, opened)
                told = {"dialect": candidate.dialect, "key_id": key.id, "hint": key.hint, "model": model}
                rows.append({**told, **answer})
    finally:
        await client.close()
    return rows


def _candidates(channel: Channel, upstream_model: str) -> Iterator[Candidate]:
    """Yield the channel in each dialect in which it serves the model, also where it is switched off."""
    provider = PROVIDERS[channel.provider]
    for dialect, url in served_at(provider, channel.base_urls).items():
        if provider.serves(dialect, upstream_model):
            yield Candidate(
                channel_id=channel.id,
                name=channel.name,
                provider=provider,
                dialect=dialect,
                base_url=url,
                origin=Origin.of(url),
                upstream_model=upstream_model,
                keys=(),
            )


async def _asked(client: Client, credentials: Credentials, candidate: Candidate, key: Key) -> Row:
    begun, status, error = time.monotonic(), 0, ""
    try:
        if candidate.provider.auth_of(candidate.dialect) is Auth.GOOGLE:
            candidate, key = await credentials.presented(candidate, key)
        head, body, way = convert(_question(candidate), candidate, key)
        response = await client.send(candidate.origin, head, body, deadlines=_DEADLINES)
        status = response.status
        _check(way, status, response.headers, await response.read_all(_ANSWER_BYTES))
    except UpstreamFault as fault:
        error = as_upstream_error(fault).message
    except (UpstreamError, InvalidRequest) as failure:
        error = failure.message
    ms = int((time.monotonic() - begun) * 1000)
    return {"ok": not error, "status": status, "ms": ms, "error": error}


def _check(way: Way, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    if status >= _FIRST_ERROR_STATUS:
        raise way.read_error(status, headers, body)
    answer, _ = way.whole(body)
    if answer.error is not None:
        raise answer.error


def _question(candidate: Candidate) -> Exchange:
    """Return what is asked, as a client of chat completions would; other dialects get it translated."""
    face = face_of(CHAT)
    body = msgspec.json.encode({"model": candidate.upstream_model, "messages": _HELLO})
    exchange = Exchange(CHAT, face, [], b"", receive=_nobody, send=_nobody)
    exchange.body, exchange.envelope = body, face.envelope(CHAT, body)
    exchange.attempts = 1
    exchange.attempt_id = attempt_id(exchange.id, exchange.attempts)
    return exchange


async def _nobody(*_: Message) -> NoReturn:
    """Stand for a client, which there is none of."""
    raise NotImplementedError
