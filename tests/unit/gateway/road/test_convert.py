"""Conversations that go through the neutral chat although nobody's dialect changes."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.state import State, written
from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from tests.fakes.clients import FakeClient
from tests.fakes.road import MODEL, FakeRoad, channel
from tests.fakes.upstreams import whole

ANSWER = json.dumps(
    {
        "type": "message",
        "content": [{"type": "text", "text": "hi"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }
).encode()


def asked(*thoughts: dict[str, Any]) -> bytes:
    said = {"role": "assistant", "content": [*thoughts, {"type": "text", "text": "hello"}]}
    messages = [{"role": "user", "content": "hi"}, said, {"role": "user", "content": "more"}]
    return json.dumps({"model": MODEL, "max_tokens": 9, "messages": messages}).encode()


def thought(signature: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": "hm", "signature": signature}


@pytest.mark.parametrize(
    ("signature", "kept"),
    [
        pytest.param("EqQB", True, id="its own"),
        pytest.param("", False, id="nobody's"),
        pytest.param(written(State("gemini", "c2ln"), ANTHROPIC), False, id="another provider's"),
    ],
)
async def test_only_what_the_upstream_signed_goes_up(signature: str, *, kept: bool) -> None:
    """And what the client said beside its body holds either way."""
    fake = FakeRoad(channel(1, provider="anthropic", dialect=ANTHROPIC)).plays(whole(ANSWER))
    client = FakeClient(asked(thought(signature)))

    await fake.asked_by(client, MESSAGES, anthropic_beta="interleaved-thinking-2025-05-14")

    (sent,) = fake.asked
    assert client.status == 200
    assert (b"thinking" in sent.body) is kept
    assert sent.header(b"anthropic-beta") == "interleaved-thinking-2025-05-14"
