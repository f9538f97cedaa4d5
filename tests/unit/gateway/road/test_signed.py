"""Requests that are signed: what goes up is what was signed, also where the body waited on disk."""

import json

import msgspec
import pytest

from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.endpoint import ANTHROPIC, BEDROCK
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.demo.dialects.bedrock.signature import signed_with
from oblivious.demo.wire.request import RequestReader
from tests.fakes.clients import FakeClient
from tests.fakes.road import MODEL, FakeRoad, channel
from tests.fakes.upstreams import Asked, whole

PAIR = "AKIAX:secret"
ANSWERS = {
    ANTHROPIC: {"type": "message", "content": [{"type": "text", "text": "hi"}], "stop_reason": "end_turn"},
    BEDROCK: {"output": {"message": {"content": [{"text": "hi"}]}}, "stopReason": "end_turn"},
}


def signer(asked: Asked) -> str:
    reader = RequestReader()
    reader.feed(asked.head + asked.body)
    request = reader.next_request()
    assert request is not None
    return signed_with(request, [PAIR])


@pytest.mark.parametrize("size", [10, 300_000], ids=["small", "spooled"])
@pytest.mark.parametrize("dialect", [ANTHROPIC, BEDROCK])
async def test_whoever_receives_it_can_make_the_signature_anew(dialect: str, size: int) -> None:
    """Of the same bytes."""
    words = "x" * size
    body = {"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": words}]}
    plain = channel(1, provider="bedrock", dialect=dialect)
    pairs = tuple(msgspec.structs.replace(key, secret=PAIR) for key in plain.keys)
    fake = FakeRoad(plain.with_keys(pairs))
    fake.plays(whole(json.dumps(ANSWERS[dialect]).encode()))
    client = FakeClient(json.dumps(body).encode())

    await fake.asked_by(client, MESSAGES if dialect == ANTHROPIC else CHAT)

    (asked,) = fake.asked
    assert client.status == 200
    assert words.encode() in asked.body
    assert signer(asked) == PAIR
    assert b"secret" not in asked.head
