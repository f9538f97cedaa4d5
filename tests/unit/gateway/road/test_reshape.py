"""Upstreams that answer in the other form than they were asked for."""

import json
from typing import Any

import pytest

from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES as MESSAGES_ENDPOINT
from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT, OPENAI_RESPONSES, Endpoint
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT as CHAT_ENDPOINT
from oblivious.adapters.dialects.openai_chat.endpoints import COMPLETIONS
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES as RESPONSES_ENDPOINT
from oblivious.contracts.events import Attempt
from oblivious.contracts.usage import Usage
from oblivious.infra.upstream import BrokeOff
from tests.fakes.clients import FakeClient
from tests.fakes.events import CHAT, MESSAGES, USAGE, chunk, data, parsed
from tests.fakes.road import MODEL, FakeRoad, channel, chat
from tests.fakes.upstreams import EVENT_STREAM, Piece, ScriptedResponse, streamed, whole
from tests.unit.gateway.road.answers import ANSWER, COST

MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "up-model",
    "content": [{"type": "text", "text": "Hello"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 25, "cache_read_input_tokens": 4, "output_tokens": 15},
}
ROLE, HEL = data(chunk({"role": "assistant"})), data(chunk({"content": "Hel"}))
ERROR = data({"error": {"message": "boom", "type": "server_error", "code": None}})
BODIES: dict[str, dict[str, Any]] = {
    "chat_completions": {"messages": [{"role": "user", "content": "hi"}]},
    "messages": {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 9},
    "responses": {"input": "hi"},
}


def asked(endpoint: Endpoint, *, stream: bool) -> FakeClient:
    body = {"model": MODEL, "stream": stream, **BODIES[endpoint.name]}
    return FakeClient(json.dumps(body).encode())


def two_channels() -> FakeRoad:
    return FakeRoad(channel(1, priority=9), channel(2))


class TestAStreamWhereNoneWasAskedFor:
    @pytest.mark.parametrize(
        ("endpoint", "found"),
        [
            (CHAT_ENDPOINT, lambda body: body["choices"][0]["message"]["content"]),
            (MESSAGES_ENDPOINT, lambda body: body["content"][0]["text"]),
            (RESPONSES_ENDPOINT, lambda body: body["output"][0]["content"][0]["text"]),
        ],
        ids=["chat", "messages", "responses"],
    )
    @pytest.mark.parametrize(("dialect", "sent"), [(OPENAI_CHAT, CHAT), (ANTHROPIC, MESSAGES)])
    async def test_it_is_gathered(self, endpoint: Endpoint, found: Any, dialect: str, sent: bytes) -> None:
        """The client gets one answer in its dialect, whatever the dialect of the stream is."""
        provider = "anthropic" if dialect == ANTHROPIC else "openai"
        fake = FakeRoad(channel(1, provider=provider, dialect=dialect))
        client = asked(endpoint, stream=False)

        await fake.plays(streamed(sent[:99], sent[99:])).asked_by(client, endpoint)

        assert (client.status, client.headers["content-type"]) == (200, "application/json")
        assert found(json.loads(client.body)) == "Hello"
        assert client.headers["content-length"] == str(len(client.body))
        assert await fake.leftovers() == []

    async def test_it_names_the_model_as_asked_and_costs_what_it_says(self) -> None:
        """The books have the upstream's numbers, and so has the answer."""
        fake, client = FakeRoad().plays(streamed(CHAT)), FakeClient(chat())

        await fake.asked_by(client)

        answer = json.loads(client.body)
        assert answer["model"] == MODEL
        assert answer["usage"]["total_tokens"] == USAGE["total_tokens"]
        assert (fake.ended.amount, fake.ended.usage) == (COST, Usage(11, 7))

    async def test_without_usage_its_length_is_billed_and_marked(self) -> None:
        """As of any other answer."""
        sent = data(chunk({"content": "hello there you"}), chunk({}, "stop"), "[DONE]")
        fake = FakeRoad().plays(streamed(sent))

        await fake.asked_by(FakeClient(chat()))

        assert fake.ended.usage.estimated
        assert fake.ended.usage.output_tokens > 0

    async def test_its_connection_is_read_to_the_end(self) -> None:
        """So that it serves the next exchange."""
        fake = FakeRoad().plays(streamed(CHAT, b"\n"))

        await fake.asked_by(FakeClient(chat()))

        assert fake.upstream.played[0].complete

    @pytest.mark.parametrize(
        "pieces",
        [
            pytest.param([ERROR], id="an error at once"),
            pytest.param([ROLE, HEL, ERROR], id="an error in its midst"),
            pytest.param([ROLE, HEL], id="no proper end"),
            pytest.param([ROLE, HEL, BrokeOff("cut")], id="a cut"),
            pytest.param([b"data: {broken\n\n"], id="no JSON"),
            pytest.param([data("[DONE]")], id="nothing said"),
            pytest.param([], id="nothing at all"),
        ],
    )
    async def test_one_that_fails_is_hidden_up_to_its_end(self, pieces: list[Piece]) -> None:
        """Nothing has gone out yet: another channel serves it."""
        fake, client = two_channels().plays(streamed(*pieces), whole(ANSWER)), FakeClient(chat())

        await fake.asked_by(client)

        assert client.body == ANSWER
        assert [attempt.channel_id for attempt in fake.journal.of(Attempt)] == [1, 2]
        assert await fake.leftovers() == []

    async def test_where_nothing_is_a_conversation_it_is_garbled(self) -> None:
        """Nobody can read it for the client."""
        body = json.dumps({"model": MODEL, "prompt": "hi"}).encode()
        fake, client = two_channels().plays(streamed(CHAT), whole(ANSWER)), FakeClient(body)

        await fake.asked_by(client, COMPLETIONS)

        assert client.body == ANSWER

    async def test_a_request_that_only_its_upstream_understands_is_not_read(self) -> None:
        """It was taken; that we cannot read it is not the client's fault."""
        body = json.dumps({"model": MODEL, "messages": [{"role": "narrator", "content": 5}]}).encode()
        fake, client = two_channels().plays(streamed(CHAT), whole(ANSWER)), FakeClient(body)

        await fake.asked_by(client)

        assert (client.status, client.body) == (200, ANSWER)


class TestAWholeAnswerWhereAStreamWasAskedFor:
    @pytest.mark.parametrize(
        ("endpoint", "last"),
        [(CHAT_ENDPOINT, "[DONE]"), (MESSAGES_ENDPOINT, "message_stop"), (RESPONSES_ENDPOINT, "completed")],
        ids=["chat", "messages", "responses"],
    )
    @pytest.mark.parametrize(
        ("dialect", "sent"), [(OPENAI_CHAT, ANSWER), (ANTHROPIC, json.dumps(MESSAGE, indent=2).encode())]
    )
    async def test_it_is_told_as_one(self, endpoint: Endpoint, last: str, dialect: str, sent: bytes) -> None:
        """The words, and the end that the client waits for."""
        provider = "anthropic" if dialect == ANTHROPIC else "openai"
        fake = FakeRoad(channel(1, provider=provider, dialect=dialect))
        client = asked(endpoint, stream=True)

        await fake.plays(whole(sent[:50], sent[50:])).asked_by(client, endpoint)

        events = parsed(client.body)
        assert client.headers["content-type"].startswith("text/event-stream")
        assert any('"Hello"' in said for _, said in events)
        assert last in events[-1][1]
        assert await fake.leftovers() == []

    async def test_it_costs_what_it_says(self) -> None:
        """Although the client did not ask how much that is."""
        fake, client = FakeRoad().plays(whole(ANSWER)), FakeClient(chat(stream=True))

        await fake.asked_by(client)

        assert (fake.ended.amount, fake.ended.usage) == (COST, Usage(11, 7))
        assert b"total_tokens" not in client.body

    @pytest.mark.parametrize(
        "body",
        [b'{"error": {"message": "boom", "type": "server_error"}}', b"<html>", b"", b'{"choices": []}'],
        ids=["an error", "no JSON", "nothing", "no answer"],
    )
    async def test_one_that_is_none_is_a_failure_to_hide(self, body: bytes) -> None:
        """Another channel serves it."""
        fake, client = two_channels().plays(whole(body), streamed(CHAT)), FakeClient(chat(stream=True))

        await fake.asked_by(client)

        assert "[DONE]" in client.body.decode()
        assert [attempt.channel_id for attempt in fake.journal.of(Attempt)] == [1, 2]

    async def test_an_answer_is_read_whatever_the_type_says_of_its_text(self) -> None:
        """A type with a parameter, or none at all."""
        client = FakeClient(chat(stream=True))

        await FakeRoad().plays(ScriptedResponse(200, [], [ANSWER])).asked_by(client)

        assert "[DONE]" in client.body.decode()

    @pytest.mark.parametrize("headers", [EVENT_STREAM, []], ids=["a stream", "untyped"])
    async def test_where_nothing_is_a_conversation_it_passes(self, headers: Any) -> None:
        """The older completions have no other form here."""
        body = json.dumps({"model": MODEL, "prompt": "hi", "stream": True}).encode()
        sent = data({"choices": [{"text": "Hello"}]}, "[DONE]") if headers else ANSWER
        client = FakeClient(body)

        await FakeRoad().plays(ScriptedResponse(200, headers, [sent])).asked_by(client, COMPLETIONS)

        assert client.body == sent


async def test_encrypted_thoughts_still_lead_back_to_their_account() -> None:
    """They go out as ours, and the road knows whose they are."""
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAAAsecret"}
    words = {"type": "output_text", "text": "Hello", "annotations": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "content": [words]}
    answer = {"id": "resp_1", "object": "response", "status": "completed", "output": [reasoning, message]}
    body = {"model": MODEL, "input": "hi", "stream": True, "include": ["reasoning.encrypted_content"]}
    fake = FakeRoad(channel(1, dialect=OPENAI_RESPONSES))
    client = FakeClient(json.dumps(body).encode())

    going = await fake.plays(whole(json.dumps(answer).encode())).asked_by(client, RESPONSES_ENDPOINT)

    assert going.accepted is not None
    assert going.accepted.scanner is not None
    assert len(going.accepted.scanner.bindings) == 1
