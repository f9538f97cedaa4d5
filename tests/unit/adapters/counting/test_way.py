"""Counts in every dialect that counts, asked for and told."""

import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.request import ChatRequest, Thinking, Tool, Turn
from oblivious.adapters.counting.table import COUNTERS, NEAREST_COUNTERS
from oblivious.adapters.counting.way import CountWay
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.members import members_of
from oblivious.adapters.registry import ENDPOINTS, PROVIDERS, UPSTREAMS
from oblivious.contracts.errors import Garbled, UpstreamRateLimited

ASKING = {endpoint.dialect: endpoint for endpoint in ENDPOINTS if endpoint.counts}
TOOL = Tool("function", "get_weather", schema={"type": "object", "properties": {}})
REQUEST = ChatRequest(
    origin="openai_chat",
    model="m",
    turns=(Turn("system", (Text(text="Be kind."),)), Turn("user", (Text(text="hello there"),))),
    tools=(TOOL,),
    thinking=Thinking(effort="low"),
    temperature=0.5,
    max_output_tokens=5_000,
    service_tier="default",
    user="me",
)
PROVIDER_OF = {dialect: dialect for dialect in COUNTERS} | {"openai_responses": "openai"}
MODELS = {"openai_responses": "gpt-5", "anthropic": "claude-opus-4-5", "gemini": "gemini-3-pro"}
PATHS = {
    "openai_responses": "responses/input_tokens",
    "anthropic": "messages/count_tokens",
    "gemini": "models/gemini-3-pro:countTokens",
    "bedrock": "model/anthropic.claude-opus-4-5-v1%3A0/count-tokens",
}
MEMBERS = {
    "openai_responses": {"model", "input", "instructions", "tools", "reasoning"},
    "anthropic": {"model", "system", "messages", "tools", "thinking"},
    "gemini": {"generateContentRequest"},
    "bedrock": {"input"},
}


def question(dialect: str) -> tuple[str, dict[str, Any]]:
    model = MODELS.get(dialect, "anthropic.claude-opus-4-5-v1:0")
    out = UPSTREAMS[dialect].write_request(REQUEST, Target(PROVIDERS[PROVIDER_OF[dialect]], model))
    counter = COUNTERS[dialect]
    asked = counter.question(members_of(out.body), out.path)
    return counter.path_of(out.path), json.loads(msgspec.json.encode(asked))


@pytest.mark.parametrize("dialect", COUNTERS)
def test_what_would_be_answered_is_counted(dialect: str) -> None:
    """The conversation and its tools, without what a count does not take."""
    path, body = question(dialect)

    assert (path, set(body)) == (PATHS[dialect], MEMBERS[dialect])
    assert all(words in json.dumps(body) for words in ("Be kind.", "hello there", "get_weather"))


def test_gemini_is_told_the_model_within() -> None:
    """It refuses a whole request without one."""
    _, body = question("gemini")

    assert body["generateContentRequest"]["model"] == "models/gemini-3-pro"


def test_bedrock_is_asked_in_its_own_words() -> None:
    """Converse's own members, without those that only shape an answer."""
    _, body = question("bedrock")
    (asked,) = body["input"].values()

    assert asked.keys() == {"messages", "system", "toolConfig", "additionalModelRequestFields"}


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize("dialect", COUNTERS)
def test_every_client_is_told_in_its_own_words(asking: str, dialect: str) -> None:
    """The number is the upstream's."""
    counter, endpoint = COUNTERS[dialect], ASKING[asking]
    way = CountWay(endpoint, counter, UPSTREAMS[dialect])
    answer, body = way.whole(json.dumps({counter.member: 42, "more": {}}).encode())

    assert (answer.error, json.loads(body)[endpoint.counts]) == (None, 42)
    assert way.response_headers([], streamed=False) == [(b"content-type", b"application/json")]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"input_tokens":-1}', b'{"input_tokens":"9"}', b'{"input_tokens":true}', b"\xff"],
)
def test_what_is_no_count_is_an_error(body: bytes) -> None:
    """And nothing else."""
    way = CountWay(ASKING["gemini"], COUNTERS["anthropic"], UPSTREAMS["anthropic"])
    answer, _ = way.whole(body)

    assert isinstance(answer.error, Garbled)
    with pytest.raises(Garbled):
        way.stream()


def test_an_upstreams_refusal_keeps_its_kind() -> None:
    """But not its words, which are in another dialect."""
    way = CountWay(ASKING["gemini"], COUNTERS["anthropic"], UPSTREAMS["anthropic"])
    error = way.read_error(429, [], b'{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}')

    assert isinstance(error, UpstreamRateLimited)
    assert error.body is None


def test_every_client_that_may_ask_has_somebody_to_ask() -> None:
    """First those that speak as it does, and all others behind them."""
    assert NEAREST_COUNTERS.keys() == ASKING.keys()
    for dialect, order in NEAREST_COUNTERS.items():
        assert (order[0], set(order)) == (dialect, set(COUNTERS))
