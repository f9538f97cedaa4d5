"""Embeddings from a client of one dialect to an upstream of another."""

import json
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import GEMINI, OPENAI_CHAT, Endpoint
from oblivious.adapters.dialects.gemini.endpoints import BATCH_EMBED_CONTENTS, EMBED_CONTENT
from oblivious.adapters.dialects.openai_chat.endpoints import EMBEDDINGS
from oblivious.contracts.usage import Usage
from oblivious.gateway.road.embed import spell_out
from oblivious.gateway.road.relay import relay
from tests.fakes.clients import FakeClient
from tests.fakes.road import MODEL, FakeRoad, channel, exchange
from tests.fakes.upstreams import ScriptedResponse, whole

HELLO_WORLD = [9906, 1917]
"""As cl100k_base has it."""


def google(**members: Any) -> ScriptedResponse:
    return whole(json.dumps({"embeddings": [{"values": [0.5, -2.0]}], **members}).encode())


def openai(**members: Any) -> ScriptedResponse:
    data = [{"object": "embedding", "index": 0, "embedding": [0.5, -2.0]}]
    return whole(json.dumps({"object": "list", "data": data, "model": MODEL, **members}).encode())


def wants(**members: Any) -> FakeClient:
    return FakeClient(json.dumps({"model": MODEL, "input": "hello", **members}).encode())


def served_by_google() -> FakeRoad:
    return FakeRoad(channel(1, provider="gemini", dialect=GEMINI))


class TestOnTheRoad:
    async def test_an_openai_client_gets_googles_vectors(self) -> None:
        """In its own form, and what Google counted is billed."""
        fake, client = served_by_google(), wants(encoding_format="base64", dimensions=2, user="me")
        await fake.plays(google(usageMetadata={"promptTokenCount": 5})).asked_by(client, EMBEDDINGS)
        (asked,) = fake.asked
        told = json.loads(client.body)

        assert asked.head.split()[1].endswith(f"/models/{MODEL}:batchEmbedContents".encode())
        assert json.loads(asked.body)["requests"][0]["outputDimensionality"] == 2
        assert (told["data"][0]["embedding"], told["model"]) == ("AAAAPwAAAMA=", MODEL)
        assert client.headers["x-oblivious-dropped"] == "user"
        assert (fake.ended.usage, fake.ended.amount) == (Usage(5), 5_000)
        assert await fake.leftovers() == []

    async def test_tokens_go_up_as_text(self) -> None:
        """Once, whoever is tried."""
        fake = FakeRoad(*(channel(n, provider="gemini", dialect=GEMINI, priority=-n) for n in (1, 2)))
        failing = ScriptedResponse(503, [(b"content-type", b"application/json")], [b"{}"])
        await fake.plays(failing, google()).asked_by(wants(input=HELLO_WORLD), EMBEDDINGS)
        texts = [json.loads(asked.body)["requests"][0]["content"]["parts"] for asked in fake.asked]

        assert texts == [[{"text": "Hello world"}]] * 2
        assert fake.ended.usage == Usage(2, estimated=True)

    @pytest.mark.parametrize(
        "members",
        [{"input": [10**6]}, {"input": ["a"] * 101}, {"dimensions": "two"}],
        ids=["no token", "too many", "a wrong member"],
    )
    async def test_what_cannot_be_said_is_refused_before_anybody_is_asked(
        self, members: dict[str, Any]
    ) -> None:
        """By its name, and for nothing."""
        fake, client = served_by_google(), wants(**members)
        await fake.asked_by(client, EMBEDDINGS)

        assert (client.status, json.loads(client.body)["error"]["param"]) == (400, next(iter(members)))
        assert (fake.asked, fake.ended.amount) == ([], 0)

    @pytest.mark.parametrize(
        ("endpoint", "body", "found"),
        [
            (EMBED_CONTENT, {"content": {"parts": [{"text": "hello"}]}}, "embedding"),
            (BATCH_EMBED_CONTENTS, {"requests": [{"content": {"parts": [{"text": "hello"}]}}]}, "embeddings"),
        ],
        ids=["one", "a batch"],
    )
    async def test_a_gemini_client_gets_openais_vectors(
        self, endpoint: Endpoint, body: dict[str, Any], found: str
    ) -> None:
        """One for one, a list for a list."""
        fake, client = FakeRoad(channel(1, dialect=OPENAI_CHAT)), FakeClient(json.dumps(body).encode())
        going = exchange(client, endpoint)
        going.named = MODEL, False
        await relay(fake.plays(openai(usage={"prompt_tokens": 3, "total_tokens": 3})).road, going)
        (asked,) = fake.asked
        told = json.loads(client.body)
        vectors = told[found] if found == "embeddings" else [told[found]]

        assert json.loads(asked.body) == {"model": MODEL, "input": ["hello"]}
        assert vectors == [{"values": [0.5, -2.0]}]
        assert fake.ended.usage == Usage(3)

    async def test_the_same_dialect_keeps_its_bytes(self) -> None:
        """Nothing is read that need not be."""
        fake, client = FakeRoad(channel(1, dialect=OPENAI_CHAT)), wants(input=HELLO_WORLD, new=[1, 2])
        await fake.plays(openai()).asked_by(client, EMBEDDINGS)
        (asked,) = fake.asked

        assert json.loads(asked.body) == {"model": MODEL, "input": HELLO_WORLD, "new": [1, 2]}


async def test_texts_are_not_spelled_out() -> None:
    """They need no vocabulary."""
    going = exchange(wants(), EMBEDDINGS)
    going.envelope = going.face.envelope(EMBEDDINGS, json.dumps({"model": MODEL, "input": "hello"}).encode())
    await spell_out(going)

    assert going.embedding is not None
    assert going.embedding.texts == ["hello"]


async def test_a_large_answer_is_read_in_a_thread() -> None:
    """A hundred long vectors take a while, and others are waiting."""
    data = [{"index": place, "embedding": [0.125] * 1536} for place in range(100)]
    body = {"requests": [{"content": {"parts": [{"text": "hello"}]}}] * 100}
    fake, client = FakeRoad(channel(1, dialect=OPENAI_CHAT)), FakeClient(json.dumps(body).encode())
    going = exchange(client, BATCH_EMBED_CONTENTS)
    going.named = MODEL, False
    await relay(fake.plays(whole(json.dumps({"data": data}).encode())).road, going)

    assert [len(vector["values"]) for vector in json.loads(client.body)["embeddings"]] == [1536] * 100
    assert await fake.leftovers() == []
