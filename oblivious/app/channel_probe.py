"""Ask a channel's provider something small, to see whether it answers."""

import time
from collections.abc import Sequence
from typing import Any

import httpx

from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from oblivious.adapters.providers.provider import endpoint_url
from oblivious.adapters.registry import FACES, PROVIDERS, Endpoint
from oblivious.app.output import Row
from oblivious.channels.base_urls import served_at
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.infra.crypto import Secrets

_SECONDS = 30
_HELLO = [{"role": "user", "content": "hi"}]
_ASKED: dict[str, tuple[Endpoint, dict[str, Any]]] = {
    OPENAI_CHAT: (CHAT, {"messages": _HELLO}),
    OPENAI_RESPONSES: (RESPONSES, {"input": "hi", "max_output_tokens": 16}),
    ANTHROPIC: (MESSAGES, {"messages": _HELLO, "max_tokens": 1}),
}
_VERSIONS = {ANTHROPIC: {"anthropic-version": "2023-06-01"}}


async def probe_channel(
    channel: Channel, keys: Sequence[ChannelKey], secrets: Secrets, model: str
) -> list[Row]:
    """Return one row for each dialect and key: whether it answered, how fast, else why not."""
    provider = PROVIDERS[channel.provider]
    rows: list[Row] = []
    # No proxy of the environment: the road knows none either.
    async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
        for dialect, base_url in served_at(provider, channel.base_urls).items():
            endpoint, question = _ASKED[dialect]
            body = {"model": channel.mapping.get(model, model), **question}
            for key in keys:
                credential = provider.credential(dialect, secrets.decrypt(key.secret))
                headers = dict(_VERSIONS.get(dialect, {}))
                if credential is not None:
                    headers[credential[0].decode()] = credential[1].decode()
                answer = await _ask(client, endpoint_url(base_url, endpoint), headers, body, dialect)
                rows.append(
                    {"dialect": dialect, "key_id": key.id, "hint": key.hint, "model": model, **answer}
                )
    return rows


async def _ask(
    client: httpx.AsyncClient, url: str, headers: dict[str, str], body: dict[str, Any], dialect: str
) -> Row:
    begun = time.monotonic()
    try:
        reply = await client.post(url, headers=headers, json=body)
    except httpx.TransportError as error:
        return {"ok": False, "status": 0, "ms": _ms(begun), "error": type(error).__name__}
    if reply.is_success:
        return {"ok": True, "status": reply.status_code, "ms": _ms(begun), "error": ""}
    fault = FACES[dialect].read_error(reply.status_code, list(reply.headers.raw), reply.content)
    return {"ok": False, "status": reply.status_code, "ms": _ms(begun), "error": fault.message}


def _ms(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)
