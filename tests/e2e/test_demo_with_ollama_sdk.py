"""Ollama's own SDK takes the demo upstream for an Ollama."""

from collections.abc import AsyncIterator
from typing import Any

import ollama
import pytest

from oblivious.demo import DemoOptions, DemoUpstream
from oblivious.demo.words import STATEMENT, THOUGHT
from tests.gateways.clients import plain_client

KEY = "demo-key"
HELLO: Any = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "hello there"}]
SCHEMA: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: Any = [
    {"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}},
    {
        "type": "function",
        "function": {"name": "get_time", "parameters": {"type": "object", "properties": {}}},
    },
]
CALLED_IN_WORDS: Any = [
    {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}
]
ASKING: Any = [{"role": "user", "content": "What do get_weather and get_time say?"}]


@pytest.fixture
async def upstream() -> AsyncIterator[DemoUpstream]:
    demo = DemoUpstream(DemoOptions(api_keys=(KEY,)))
    await demo.start()
    yield demo
    await demo.stop()


@pytest.fixture
async def client(upstream: DemoUpstream) -> AsyncIterator[ollama.AsyncClient]:
    async with ollama.AsyncClient(upstream.url, headers={"authorization": f"Bearer {KEY}"}) as client:
        yield client


async def called(client: ollama.AsyncClient, *, streamed: bool) -> list[ollama.Message.ToolCall]:
    if not streamed:
        whole = await client.chat("demo", ASKING, tools=TOOLS)
        return list(whole.message.tool_calls or [])
    stream = await client.chat("demo", ASKING, tools=TOOLS, stream=True)
    return [call async for line in stream for call in line.message.tool_calls or []]


class TestChat:
    async def test_json(self, client: ollama.AsyncClient) -> None:
        """An answer has words, a reason to stop and counts; a cap cuts it."""
        whole = await client.chat("demo", HELLO)
        cut = await client.chat("demo", HELLO, options={"num_predict": 3})

        assert (whole.message.content, whole.done, whole.done_reason) == (STATEMENT, True, "stop")
        assert (whole.prompt_eval_count, whole.eval_count) == (4, 18)
        assert (cut.message.content, cut.done_reason, cut.eval_count) == ("This is Oblivious'", "length", 3)

    async def test_stream(self, client: ollama.AsyncClient) -> None:
        """Lines bring thoughts, then words, one by one; the last one has the counts."""
        stream = await client.chat("demo", HELLO, stream=True, think=True)
        lines = [line async for line in stream]

        assert "".join(line.message.thinking or "" for line in lines) == THOUGHT
        assert "".join(line.message.content or "" for line in lines) == STATEMENT
        assert [line.done for line in lines] == [False] * 30 + [True]
        assert (lines[-1].prompt_eval_count, lines[-1].eval_count) == (4, 30)

    @pytest.mark.parametrize("level", [True, "low", "high"], ids=str)
    async def test_thinking(self, client: ollama.AsyncClient, level: Any) -> None:
        """Thoughts have a place of their own."""
        answer = await client.chat("demo", HELLO, think=level)

        assert (answer.message.thinking, answer.message.content) == (THOUGHT, STATEMENT)

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_tools_round_trip(self, client: ollama.AsyncClient, *, streamed: bool) -> None:
        """Calls come whole, and their results are answered in words."""
        calls = await called(client, streamed=streamed)
        made: Any = {"role": "assistant", "tool_calls": [call.model_dump() for call in calls]}
        results: Any = [
            {"role": "tool", "content": "sunny", "tool_name": call.function.name} for call in calls
        ]
        after = await client.chat("demo", [*ASKING, made, *results], tools=TOOLS)

        assert [(call.function.name, call.function.arguments) for call in calls] == [
            ("get_weather", {"city": "demo"}),
            ("get_time", {}),
        ]
        assert after.message.content == STATEMENT

    @pytest.mark.parametrize(
        ("form", "said"), [(SCHEMA, '{"city":"demo"}'), ("json", '{"demo":"demo"}')], ids=["schema", "any"]
    )
    async def test_format(self, client: ollama.AsyncClient, form: Any, said: str) -> None:
        """An answer that has to fit a schema does."""
        assert (await client.chat("demo", HELLO, format=form)).message.content == said

    async def test_pictures(self, client: ollama.AsyncClient) -> None:
        """They come as base64 beside the words."""
        looking: Any = [{"role": "user", "content": "look", "images": [b"\x89PNG\r\n\x1a\n"]}]

        assert (await client.chat("demo", looking)).message.content == STATEMENT

    @pytest.mark.parametrize(("keep_alive", "reason"), [(None, "load"), (0, "unload")], ids=str)
    async def test_nothing_to_say(self, client: ollama.AsyncClient, keep_alive: Any, reason: str) -> None:
        """Without messages a model is only loaded, or unloaded."""
        assert (await client.chat("demo", [], keep_alive=keep_alive)).done_reason == reason


class TestOthers:
    async def test_generate(self, client: ollama.AsyncClient) -> None:
        """A prompt is gone on from, whole or in lines."""
        whole = await client.generate("demo", "hello there", think=True)
        stream = await client.generate("demo", "hello there", stream=True)
        lines = [line async for line in stream]

        assert (whole.response, whole.thinking, whole.eval_count) == (STATEMENT, THOUGHT, 30)
        assert "".join(line.response or "" for line in lines) == STATEMENT
        assert (lines[-1].done_reason, lines[-1].eval_count) == ("stop", 18)

    async def test_embed(self, client: ollama.AsyncClient) -> None:
        """Every text has its vector, and always the same one."""
        several = await client.embed("demo", ["one", "two words"], dimensions=8)
        single = await client.embed("demo", "one", dimensions=8)

        assert [len(one) for one in several.embeddings] == [8, 8]
        assert single.embeddings[0] == several.embeddings[0]
        assert several.prompt_eval_count == 3

    async def test_models(self, client: ollama.AsyncClient) -> None:
        """Those that the others list are installed, and the first one is loaded."""
        listed = [model.model for model in (await client.list()).models]
        loaded = [model.model for model in (await client.ps()).models]
        known = await client.show("any")

        assert listed == ["demo-chat", "demo-embedding", "demo-moderation"]
        assert loaded == ["demo-chat"]
        assert known.capabilities == ["completion", "tools", "thinking"]

    async def test_version(self, upstream: DemoUpstream) -> None:
        """The SDK has no word for it."""
        async with plain_client(base_url=upstream.url, headers={"authorization": f"Bearer {KEY}"}) as http:
            told = await http.get("/api/version")
            unknown = await http.post("/api/version", json={})

        assert told.json()["version"]
        assert (unknown.status_code, unknown.json()) == (404, {"error": "there is no POST /api/version"})


class TestErrors:
    @pytest.mark.parametrize("status", [400, 404, 429, 500, 503], ids=str)
    async def test_a_status_and_words(self, client: ollama.AsyncClient, status: int) -> None:
        """Whole, or before a stream begins."""
        with pytest.raises(ollama.ResponseError, match="demo upstream") as whole:
            await client.chat(f"demo@status-{status}", HELLO)
        with pytest.raises(ollama.ResponseError, match="demo upstream") as streamed:
            [line async for line in await client.chat(f"demo@status-{status}", HELLO, stream=True)]

        assert (whole.value.status_code, streamed.value.status_code) == (status, status)

    async def test_in_mid_stream(self, client: ollama.AsyncClient) -> None:
        """A line says it."""
        with pytest.raises(ollama.ResponseError, match="demo upstream"):
            [line async for line in await client.chat("demo@error-mid-500", HELLO, stream=True)]

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({"messages": HELLO, "think": "deeply"}, "invalid think value"),
            ({"messages": HELLO, "top_logprobs": 21}, "between 0 and 20"),
            ({"messages": [{"role": "user", "content": "look", "images": ["no!base64"]}]}, "base64"),
            ({"messages": HELLO, "options": {"num_predict": "many"}}, "num_predict"),
            ({"messages": CALLED_IN_WORDS}, "arguments"),
        ],
        ids=["think", "logprobs", "images", "options", "arguments"],
    )
    async def test_what_is_refused(self, upstream: DemoUpstream, asked: Any, words: str) -> None:
        """With a 400 that says why."""
        async with plain_client(base_url=upstream.url, headers={"authorization": f"Bearer {KEY}"}) as http:
            answer = await http.post("/api/chat", json={"model": "demo", **asked})

        assert answer.status_code == 400
        assert words in answer.json()["error"]

    async def test_wrong_key(self, upstream: DemoUpstream) -> None:
        """A key that the server was not given is not let in."""
        async with ollama.AsyncClient(upstream.url) as stranger:
            with pytest.raises(ollama.ResponseError, match="unauthorized") as caught:
                await stranger.chat("demo", HELLO)

        assert caught.value.status_code == 401
