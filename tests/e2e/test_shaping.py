"""What a channel changes reaches its upstream, whatever dialect it is asked in."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.app.settings import load_settings
from oblivious.channels.tables import Channel
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.revisions import Topic, bump
from oblivious.infra.database.sessions import sessions, writing
from tests.fakes.raw_upstream import Link, answer, raw_upstream
from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.gateway import Gateway

MODEL = "shaped-chat"
SHAPING: dict[str, Any] = {
    "headers": {"x-title": "{model} at {channel}", "x-team": "{header:x-team}"},
    "pass_headers": ["x-trace-*"],
    "operations": [
        {"op": "set", "path": "metadata.from", "value": "oblivious"},
        {"op": "delete", "path": "seed"},
    ],
    "system": {"text": "Be kind to {group}."},
}
_CHANNEL = "shaped"

SAID: dict[str, Any] = {
    OPENAI_CHAT: lambda body: body["messages"][0]["content"],
    OPENAI_RESPONSES: lambda body: body["instructions"],
    ANTHROPIC: lambda body: body["system"],
    GEMINI: lambda body: body["systemInstruction"]["parts"][0]["text"],
}
"""By the dialect that the upstream is asked in: what is said to the model before anything else."""


@pytest.mark.parametrize("dialect", SAID)
async def test_header_operation_and_instructions_reach_the_upstream(
    embedded: Gateway, http: httpx.AsyncClient, dialect: str
) -> None:
    """One client of chat completions; the channel is forced to a dialect."""
    requests: list[bytes] = []

    async def serve(link: Link) -> None:
        while request := await link.request():
            requests.append(request)
            await link.push(answer(b"{}", b"content-type: application/json"))

    async with (
        raw_upstream(serve) as upstream,
        _served(embedded, f"http://127.0.0.1:{upstream.origin.port}", SHAPING | {"dialect": dialect}),
    ):
        went_up = await _went_up(http, embedded, requests)

    head, _, sent = went_up.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    body = json.loads(sent)
    assert fields["x-title"] == f"{MODEL} at {_CHANNEL}"
    assert fields["x-team"] == "red"
    assert fields["x-trace-id"] == "t-1"
    assert embedded.key not in head.decode()
    assert body["metadata"] == {"from": "oblivious"}
    assert "seed" not in body
    assert SAID[dialect](body) == "Be kind to default."


async def _went_up(http: httpx.AsyncClient, gateway: Gateway, requests: list[bytes]) -> bytes:
    """Ask until the gateway knows the channel, and how it shapes; return what it then sent."""
    headers = {"authorization": f"Bearer {gateway.key}", "x-team": "red", "x-trace-id": "t-1"}
    body = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}], "seed": 7}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not requests or b"x-title" not in requests[-1]:
            await http.post(f"{gateway.url}/v1/chat/completions", json=body, headers=headers)
    return requests[-1]


@asynccontextmanager
async def _served(gateway: Gateway, url: str, shaping: dict[str, Any]) -> AsyncIterator[None]:
    """Have the model served at the URL, shaped, for as long as the block lasts."""
    do, env = gateway.installation.do, gateway.installation.env
    shape = ("--provider", "demo", "--base-url", url, "--models", MODEL)
    await asyncio.to_thread(do, "channel", "add", "--name", _CHANNEL, *shape)
    engine = create_engine(load_settings(data_dir=env["OBLIVIOUS_DATA_DIR"], secret_key="x").database)
    async with writing(sessions(engine)) as session:
        channel = (await session.scalars(select(Channel).where(col(Channel.name) == _CHANNEL))).one()
        channel.shaping = shaping
        await bump(session, Topic.CHANNELS)
    await engine.dispose()
    try:
        yield
    finally:
        await asyncio.to_thread(do, "channel", "remove", _CHANNEL)
