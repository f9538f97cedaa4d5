"""Counts of tokens: by whoever can, and marked where nobody did."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.state import State, written
from oblivious.adapters.dialects.anthropic.endpoints import COUNT_TOKENS
from oblivious.adapters.dialects.endpoint import ANTHROPIC, BEDROCK, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.endpoints import INPUT_TOKENS
from oblivious.contracts.usage import NOTHING
from tests.fakes.clients import FakeClient
from tests.fakes.road import MODEL, FakeRoad, channel
from tests.fakes.upstreams import ScriptedResponse, whole

ASKED: dict[str, Any] = {
    "model": MODEL,
    "system": "Be kind.",
    "messages": [{"role": "user", "content": "hello there"}],
}


def wants(**members: Any) -> FakeClient:
    return FakeClient(json.dumps({**ASKED, **members}).encode())


def refused(status: int) -> ScriptedResponse:
    return ScriptedResponse(status, [(b"content-type", b"application/json")], [b"{}"])


def gemini(*, priority: int = 0) -> FakeRoad:
    return FakeRoad(channel(1, provider="gemini", dialect=GEMINI, priority=priority))


async def test_another_dialects_upstream_counts() -> None:
    """What is counted is what would be answered; nothing is billed, and nothing marked."""
    fake, client = gemini().plays(whole(b'{"totalTokens":42}')), wants()
    await fake.asked_by(client, COUNT_TOKENS)
    (asked,) = fake.asked
    inner = json.loads(asked.body)["generateContentRequest"]

    assert (client.status, json.loads(client.body)) == (200, {"input_tokens": 42})
    assert "x-oblivious-estimated" not in client.headers
    assert asked.head.split()[1].endswith(f"/models/{MODEL}:countTokens".encode())
    assert inner["systemInstruction"]["parts"] == [{"text": "Be kind."}]
    assert (fake.ended.usage, fake.ended.amount, fake.ended.http_status) == (NOTHING, 0, 200)
    assert await fake.leftovers() == []


async def test_a_client_of_responses_is_told_what_it_asked_for() -> None:
    """In the form of its own API."""
    fake = FakeRoad(channel(1, provider="anthropic", dialect=ANTHROPIC)).plays(whole(b'{"input_tokens":7}'))
    client = FakeClient(b'{"model":"gpt","input":"hello"}')
    await fake.asked_by(client, INPUT_TOKENS)

    assert json.loads(client.body) == {"object": "response.input_tokens", "input_tokens": 7}


async def test_its_own_dialect_is_asked_first() -> None:
    """As it was written."""
    own = channel(1, provider="openai", dialect=OPENAI_RESPONSES)
    body = b'{"object":"response.input_tokens","input_tokens":7,"new":1}'
    fake, client = FakeRoad(own).plays(whole(body)), FakeClient(b'{"model":"gpt","input":"hello"}')
    await fake.asked_by(client, INPUT_TOKENS)

    assert client.body == body
    assert fake.asked[0].head.split()[1].endswith(b"/responses/input_tokens")


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
async def test_where_the_upstream_fails_it_is_estimated(status: int) -> None:
    """And said so; the upstream's failure is in no dialect that the client reads."""
    fake, client = gemini().plays(refused(status)), wants()
    await fake.asked_by(client, COUNT_TOKENS)

    assert (client.status, client.headers["x-oblivious-estimated"]) == (200, "true")
    assert 0 < json.loads(client.body)["input_tokens"] < 100
    assert (fake.ended.usage, fake.ended.http_status) == (NOTHING, 200)
    assert await fake.leftovers() == []


async def test_one_that_answers_nonsense_is_no_counter() -> None:
    """Nobody else can be asked here."""
    fake, client = gemini().plays(whole(b'{"totalTokens":"many"}')), wants()
    await fake.asked_by(client, COUNT_TOKENS)

    assert client.headers["x-oblivious-estimated"] == "true"


async def test_where_only_others_chat_it_is_estimated_at_once() -> None:
    """No chat completions can count."""
    fake, client = FakeRoad(channel(1, dialect=OPENAI_CHAT)), wants()
    await fake.asked_by(client, COUNT_TOKENS)

    assert (client.headers["x-oblivious-estimated"], fake.asked) == ("true", [])


@pytest.mark.parametrize(("status", "told"), [(404, 200), (405, 200), (401, 502), (429, 429)])
async def test_its_own_dialects_upstream_says_what_is_wrong(status: int, told: int) -> None:
    """But where it only lacks the endpoint, an estimate is better than nothing."""
    fake = FakeRoad(channel(1, provider="anthropic", dialect=ANTHROPIC)).plays(refused(status))
    client = wants()
    await fake.asked_by(client, COUNT_TOKENS)

    assert (client.status, client.headers.get("x-oblivious-estimated") == "true") == (told, told == 200)


async def test_what_is_wrong_with_the_request_is_said() -> None:
    """An estimate would hide it."""
    fake, client = gemini(), wants(messages=[{"role": "nobody", "content": "hi"}])
    await fake.asked_by(client, COUNT_TOKENS)

    assert client.status == 400


async def test_google_cloud_takes_the_conversation_itself() -> None:
    """Its API for developers takes a whole request around it."""
    fake = FakeRoad(channel(1, provider="vertex-express", dialect=GEMINI)).plays(whole(b'{"totalTokens":42}'))
    client = wants(temperature=0.5)
    await fake.asked_by(client, COUNT_TOKENS)

    assert json.loads(client.body) == {"input_tokens": 42}
    assert json.loads(fake.asked[0].body).keys() == {"contents", "systemInstruction", "generationConfig"}


async def test_bedrock_is_asked_where_it_counts() -> None:
    """Not where it only answers as Anthropic does."""
    own, converse = (channel(1, provider="bedrock", dialect=dialect) for dialect in (ANTHROPIC, BEDROCK))
    fake, client = FakeRoad(own, converse).plays(whole(b'{"inputTokens":42}')), wants()
    await fake.asked_by(client, COUNT_TOKENS)

    assert json.loads(client.body) == {"input_tokens": 42}
    assert fake.asked[0].head.split()[1].endswith(f"/model/{MODEL}/count-tokens".encode())


async def test_what_was_wrapped_for_the_client_is_not_counted() -> None:
    """Its own dialect's upstream would refuse it."""
    fake = FakeRoad(channel(1, provider="anthropic", dialect=ANTHROPIC)).plays(whole(b'{"input_tokens":7}'))
    wrapped = written(State(GEMINI, "secret"), ANTHROPIC)
    thought = {"type": "thinking", "thinking": "hm", "signature": wrapped}
    said = {"role": "assistant", "content": [thought, {"type": "text", "text": "hi"}]}
    client = wants(messages=[*ASKED["messages"], said, *ASKED["messages"]])
    await fake.asked_by(client, COUNT_TOKENS)

    assert json.loads(client.body) == {"input_tokens": 7}
    assert wrapped.encode() not in fake.asked[0].body
    assert json.loads(fake.asked[0].body).keys() == {"model", "messages", "system"}
