"""A client that asks for several choices, and an upstream of Anthropic's dialect that gives one a call."""

import json
from typing import Any

import msgspec

from oblivious.adapters.dialects.endpoint import ANTHROPIC
from tests.fakes.clients import FakeClient
from tests.fakes.events import named, parsed
from tests.fakes.road import CALLER, FakeRoad, channel, chat
from tests.fakes.upstreams import Piece, ScriptedResponse, whole

ALLOWED = msgspec.structs.replace(CALLER, calls_per_choice=True)
CLAUDE = {"provider": "anthropic", "dialect": ANTHROPIC}
EACH = 29 * 1_000 + 15 * 2_000
"""What one message costs by the card of the fake road, in nano-USD."""

USAGE = {"input_tokens": 25, "cache_read_input_tokens": 4, "output_tokens": 15}
OVERLOADED = json.dumps({"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}).encode()


def claude(*channels: Any, **road: Any) -> FakeRoad:
    return FakeRoad(*channels or (channel(1, **CLAUDE),), caller=ALLOWED, **road)


def message(text: str, **members: Any) -> ScriptedResponse:
    content = [{"type": "text", "text": text}]
    body = {"type": "message", "content": content, "stop_reason": "end_turn", "usage": USAGE, **members}
    return whole(json.dumps(body).encode())


def begin() -> bytes:
    return named(
        {
            "type": "message_start",
            "message": {"id": "msg_1", "content": [], "usage": {**USAGE, "output_tokens": 1}},
        },
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    )


def words(text: str) -> bytes:
    delta = {"type": "text_delta", "text": text}
    return named({"type": "content_block_delta", "index": 0, "delta": delta})


def finish() -> bytes:
    return named(
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 15}},
        {"type": "message_stop"},
    )


def telling(text: str) -> list[Piece]:
    return [begin(), *(words(letter) for letter in text), finish()]


def chunks(client: FakeClient) -> list[dict[str, Any]]:
    return [json.loads(text) for _, text in parsed(client.body) if text != "[DONE]"]


def said(client: FakeClient) -> list[str]:
    """Return the words of each choice, in the order of their numbers."""
    texts: dict[int, str] = {}
    for each in chunks(client):
        for choice in each.get("choices", ()):
            texts[choice["index"]] = texts.get(choice["index"], "") + choice["delta"].get("content", "")
    return [texts[number] for number in sorted(texts)]


async def asked(fake: FakeRoad, *, stream: bool = False, n: int = 3, **members: Any) -> FakeClient:
    client = FakeClient(chat(stream=stream, n=n, **members))
    await fake.asked_by(client)
    return client
