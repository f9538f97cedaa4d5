"""Official SDKs at models that an Ollama serves, in its own dialect."""

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import openai
import pytest
from google import genai
from google.genai import types

from oblivious.demo.words import STATEMENT, THOUGHT
from tests.gateways.answers import chat_message, claude_message, google_parts, response_of
from tests.gateways.gateway import Gateway
from tests.gateways.world import OLLAMA_CLOUD, OLLAMA_HOME

HELLO: Any = [{"role": "user", "content": "hello there"}]
ASKING: Any = [{"role": "user", "content": "What does get_weather say of Paris?"}]
SCHEMA: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CHAT_TOOLS: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
FLAT_TOOLS: Any = [{"type": "function", "name": "get_weather", "parameters": SCHEMA, "strict": False}]
CLAUDE_TOOLS: Any = [{"name": "get_weather", "input_schema": SCHEMA}]
GOOGLE_TOOLS = types.GenerateContentConfig(
    tools=[
        types.Tool(
            function_declarations=[
                types.FunctionDeclaration(name="get_weather", parameters_json_schema=SCHEMA)
            ]
        )
    ],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
)
THINKING: Any = {"type": "enabled", "budget_tokens": 1024}
GOOGLE_THINKING = types.GenerateContentConfig(
    thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_budget=2_000)
)

_streamed = pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """Translation is the road's affair alone: one kind of gateway shows it."""
    return embedded


@pytest.fixture
def own_dialect(gateway: Gateway) -> Iterator[None]:
    """See to it that nothing took the detour by another dialect."""
    before = len(gateway.upstreams[0].served())
    yield
    paths = {one.path for one in gateway.upstreams[0].served()[before:]}
    assert paths == {"/api/chat"}


@_streamed
@pytest.mark.usefixtures("own_dialect")
class TestChat:
    """Clients of chat completions."""

    async def _message(self, gpt: openai.AsyncOpenAI, *, streamed: bool, **asked: Any) -> Any:
        return await chat_message(gpt, streamed=streamed, model=OLLAMA_CLOUD, **asked)

    async def test_thinking(self, gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
        """Thoughts come down beside the words, and may go back up with them."""
        turns: Any = list(HELLO)
        for _ in range(2):
            message = await self._message(gpt, streamed=streamed, messages=turns, reasoning_effort="low")
            said = message.to_dict()
            assert (said["reasoning_content"], said["content"]) == (THOUGHT, STATEMENT)
            turns += [said, *HELLO]

    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
        """A call, and the words after its result."""
        message = await self._message(gpt, streamed=streamed, messages=ASKING, tools=CHAT_TOOLS)
        (call,) = message.tool_calls
        result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
        turns: Any = [*ASKING, message.to_dict(), result]
        after = await self._message(gpt, streamed=streamed, messages=turns, tools=CHAT_TOOLS)

        assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "demo"})
        assert after.content == STATEMENT


@_streamed
@pytest.mark.usefixtures("own_dialect")
class TestResponses:
    """Clients of responses."""

    async def _response(self, gpt: openai.AsyncOpenAI, *, streamed: bool, **asked: Any) -> Any:
        return await response_of(gpt, streamed=streamed, model=OLLAMA_HOME, **asked)

    async def test_thinking(self, gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
        """Thoughts are an item of their own."""
        response = await self._response(gpt, streamed=streamed, input="hello", reasoning={"effort": "low"})

        assert [item.type for item in response.output] == ["reasoning", "message"]
        assert response.output_text == STATEMENT
        assert response.usage.output_tokens == 30

    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
        """A call, and the words after its result."""
        first = await self._response(gpt, streamed=streamed, input=ASKING, tools=FLAT_TOOLS)
        (call,) = (item for item in first.output if item.type == "function_call")
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
        turns: Any = [*ASKING, *(item.to_dict() for item in first.output), result]
        after = await self._response(gpt, streamed=streamed, input=turns, tools=FLAT_TOOLS)

        assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "demo"})
        assert after.output_text == STATEMENT


@_streamed
@pytest.mark.usefixtures("own_dialect")
class TestClaude:
    """Clients of messages."""

    async def _message(self, claude: anthropic.AsyncAnthropic, *, streamed: bool, **asked: Any) -> Any:
        return await claude_message(claude, streamed=streamed, model=OLLAMA_HOME, max_tokens=2000, **asked)

    async def test_thinking(self, claude: anthropic.AsyncAnthropic, *, streamed: bool) -> None:
        """Thoughts are a block of their own, and may come back."""
        turns: Any = list(HELLO)
        for _ in range(2):
            message = await self._message(claude, streamed=streamed, messages=turns, thinking=THINKING)
            assert [block.type for block in message.content] == ["thinking", "text"]
            assert (message.content[0].thinking, message.content[1].text) == (THOUGHT, STATEMENT)
            turns += [
                {"role": "assistant", "content": [block.to_dict() for block in message.content]},
                *HELLO,
            ]

    async def test_tools_round_trip(self, claude: anthropic.AsyncAnthropic, *, streamed: bool) -> None:
        """A call, and the words after its result."""
        message = await self._message(claude, streamed=streamed, messages=ASKING, tools=CLAUDE_TOOLS)
        (call,) = (block for block in message.content if block.type == "tool_use")
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
        turns: Any = [
            *ASKING,
            {"role": "assistant", "content": [block.to_dict() for block in message.content]},
            {"role": "user", "content": [result]},
        ]
        after = await self._message(claude, streamed=streamed, messages=turns, tools=CLAUDE_TOOLS)

        assert (call.name, call.input, message.stop_reason) == ("get_weather", {"city": "demo"}, "tool_use")
        assert after.content[0].text == STATEMENT


@_streamed
@pytest.mark.usefixtures("own_dialect")
class TestGemini:
    """Clients of generateContent."""

    async def _parts(
        self, gemini: genai.client.AsyncClient, contents: Any, config: Any, *, streamed: bool
    ) -> list[types.Part]:
        return await google_parts(
            gemini, streamed=streamed, model=OLLAMA_HOME, contents=contents, config=config
        )

    async def test_thinking(self, gemini: genai.client.AsyncClient, *, streamed: bool) -> None:
        """Thoughts are parts that say so."""
        parts = await self._parts(gemini, "hello", GOOGLE_THINKING, streamed=streamed)

        assert "".join(part.text or "" for part in parts if part.thought) == THOUGHT
        assert "".join(part.text or "" for part in parts if not part.thought) == STATEMENT

    async def test_tools_round_trip(self, gemini: genai.client.AsyncClient, *, streamed: bool) -> None:
        """A call, and the words after its result."""
        asked = types.UserContent("What does get_weather say of Paris?")
        parts = await self._parts(gemini, asked, GOOGLE_TOOLS, streamed=streamed)
        (call,) = (part.function_call for part in parts if part.function_call)
        result = types.FunctionResponse(id=call.id, name=call.name, response={"result": "sunny"})
        turns = [asked, types.ModelContent(parts), types.UserContent(types.Part(function_response=result))]
        after = await self._parts(gemini, turns, GOOGLE_TOOLS, streamed=streamed)

        assert (call.name, call.args) == ("get_weather", {"city": "demo"})
        assert "".join(part.text or "" for part in after) == STATEMENT


async def test_what_it_lacks_is_told(gateway: Gateway, http: httpx.AsyncClient) -> None:
    """A header names it."""
    body = {"model": OLLAMA_CLOUD, "messages": ASKING, "tools": CHAT_TOOLS, "tool_choice": "required"}
    headers = {"authorization": f"Bearer {gateway.key}"}
    answer = await http.post(f"{gateway.url}/v1/chat/completions", json=body, headers=headers)

    assert answer.status_code == 200
    assert answer.headers["x-oblivious-dropped"] == "tool_choice"


async def test_tokens_are_counted_here(claude: anthropic.AsyncAnthropic) -> None:
    """By length: no Ollama counts before it answers."""
    raw = await claude.messages.with_raw_response.count_tokens(model=OLLAMA_HOME, messages=HELLO)
    counted = await raw.parse()

    assert 0 < counted.input_tokens < 100
    assert raw.headers["x-oblivious-estimated"] == "true"


async def test_chat_is_passed_on_as_it_is(gateway: Gateway, gpt: openai.AsyncOpenAI) -> None:
    """An Ollama speaks it, too."""
    before = len(gateway.upstreams[0].served())
    answer = await gpt.chat.completions.create(model=OLLAMA_HOME, messages=HELLO)

    assert answer.choices[0].message.content == STATEMENT
    assert [one.path for one in gateway.upstreams[0].served()[before:]] == ["/v1/chat/completions"]
