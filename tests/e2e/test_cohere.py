"""Official SDKs at a model that Cohere serves, in its own dialect."""

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
from tests.gateways.answers import claude_message, google_parts, response_of
from tests.gateways.gateway import Gateway
from tests.gateways.world import COHERE_FAILING, COHERE_ONLY

HELLO: Any = [{"role": "user", "content": "hello there"}]
ASKING: Any = [{"role": "user", "content": "Which tool knows of Paris?"}]
SCHEMA: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
NAME = "get-weather"
"""No name that Cohere takes: it is called otherwise on the way."""

FLAT_TOOLS: Any = [{"type": "function", "name": NAME, "parameters": SCHEMA, "strict": True}]
CLAUDE_TOOLS: Any = [{"name": NAME, "input_schema": SCHEMA}]
FORCED = {"type": "tool", "name": NAME}
GOOGLE_TOOLS = types.GenerateContentConfig(
    tools=[
        types.Tool(
            function_declarations=[types.FunctionDeclaration(name=NAME, parameters_json_schema=SCHEMA)]
        )
    ],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
)
GOOGLE_THINKING = types.GenerateContentConfig(
    thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_budget=2_000)
)
THINKING: Any = {"type": "enabled", "budget_tokens": 1024}
DOCUMENT = {"id": "d1", "data": {"title": "Manners", "url": "https://a.test", "snippet": "Say hello."}}

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
    assert {one.path for one in gateway.upstreams[0].served()[before:]} == {"/v2/chat"}


async def test_chat_takes_the_way_that_changes_nothing(gpt: openai.AsyncOpenAI, gateway: Gateway) -> None:
    """Cohere also speaks as OpenAI does."""
    answer = await gpt.chat.completions.create(model=COHERE_ONLY, messages=HELLO)

    assert answer.choices[0].message.content == STATEMENT
    assert gateway.upstreams[0].served()[-1].path == "/compatibility/v1/chat/completions"


@pytest.mark.usefixtures("own_dialect")
class TestResponses:
    """Clients of responses."""

    async def _response(self, gpt: openai.AsyncOpenAI, *, streamed: bool, **asked: Any) -> Any:
        return await response_of(gpt, streamed=streamed, model=COHERE_ONLY, **asked)

    @_streamed
    async def test_thinking(self, gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
        """Thoughts are an item of their own; what Cohere bills is counted."""
        response = await self._response(
            gpt, streamed=streamed, input="hello there", reasoning={"effort": "low"}
        )

        assert [item.type for item in response.output] == ["reasoning", "message"]
        assert response.output_text == STATEMENT
        assert (response.usage.input_tokens, response.usage.output_tokens) == (2, 30)

    @_streamed
    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
        """A call with its plan, and the words after its result."""
        asked: Any = {"tools": FLAT_TOOLS, "reasoning": {"effort": "low"}}
        first = await self._response(gpt, streamed=streamed, input=ASKING, **asked)
        (call,) = (item for item in first.output if item.type == "function_call")
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
        turns: Any = [*ASKING, *(item.to_dict() for item in first.output), result]
        after = await self._response(gpt, streamed=streamed, input=turns, **asked)

        assert [item.type for item in first.output] == ["reasoning", "function_call"]
        assert (call.name, json.loads(call.arguments)) == (NAME, {"city": "demo"})
        assert after.output_text == STATEMENT

    @_streamed
    async def test_sources(self, gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
        """Documents are Cohere's own affair; what the answer takes from them is told in OpenAI's words."""
        documents = {"documents": [DOCUMENT]}
        response = await self._response(gpt, streamed=streamed, input="hello", extra_body=documents)
        (source,) = response.output[0].content[0].annotations

        assert (source.type, source.url, source.title) == ("url_citation", "https://a.test", "Manners")
        assert (source.start_index, source.end_index) == (0, 4)

    @_streamed
    async def test_a_schema_beside_tools(self, gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
        """Cohere has no word for it, so a tool stands in for the answer."""
        wanted = {"format": {"type": "json_schema", "name": "answer", "schema": SCHEMA}}
        tools: Any = [{"type": "function", "name": "other", "parameters": SCHEMA, "strict": False}]
        asked: Any = {"input": "respond", "text": wanted, "tools": tools}
        response = await self._response(gpt, streamed=streamed, **asked)

        assert json.loads(response.output_text) == {"city": "demo"}


@pytest.mark.usefixtures("own_dialect")
class TestClaude:
    """Clients of messages."""

    async def _message(self, claude: anthropic.AsyncAnthropic, *, streamed: bool, **asked: Any) -> Any:
        return await claude_message(claude, streamed=streamed, model=COHERE_ONLY, max_tokens=2000, **asked)

    @_streamed
    async def test_thinking(self, claude: anthropic.AsyncAnthropic, *, streamed: bool) -> None:
        """Thoughts are a block of their own, and may come back."""
        turns: Any = list(HELLO)
        for _ in range(3):
            message = await self._message(claude, streamed=streamed, messages=turns, thinking=THINKING)
            assert [block.type for block in message.content] == ["thinking", "text"]
            assert (message.content[0].thinking, message.content[1].text) == (THOUGHT, STATEMENT)
            said = [block.to_dict() for block in message.content]
            turns += [{"role": "assistant", "content": said}, *HELLO]

    @_streamed
    async def test_tools_round_trip(self, claude: anthropic.AsyncAnthropic, *, streamed: bool) -> None:
        """A call that is forced, and the words after its result."""
        asked: Any = {"tools": CLAUDE_TOOLS, "system": "Be kind."}
        message = await self._message(claude, streamed=streamed, messages=HELLO, tool_choice=FORCED, **asked)
        (call,) = (block for block in message.content if block.type == "tool_use")
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
        turns: Any = [
            *HELLO,
            {"role": "assistant", "content": [block.to_dict() for block in message.content]},
            {"role": "user", "content": [result]},
        ]
        after = await self._message(claude, streamed=streamed, messages=turns, **asked)

        assert (call.name, call.input, message.stop_reason) == (NAME, {"city": "demo"}, "tool_use")
        assert after.content[0].text == STATEMENT


@pytest.mark.usefixtures("own_dialect")
@_streamed
class TestGemini:
    """Clients of generateContent."""

    async def _parts(
        self, gemini: genai.client.AsyncClient, contents: Any, config: Any, *, streamed: bool
    ) -> list[types.Part]:
        return await google_parts(
            gemini, streamed=streamed, model=COHERE_ONLY, contents=contents, config=config
        )

    async def test_thinking(self, gemini: genai.client.AsyncClient, *, streamed: bool) -> None:
        """Thoughts are parts that say so."""
        parts = await self._parts(gemini, "hello", GOOGLE_THINKING, streamed=streamed)

        assert "".join(part.text or "" for part in parts if part.thought) == THOUGHT
        assert "".join(part.text or "" for part in parts if not part.thought) == STATEMENT

    async def test_tools_round_trip(self, gemini: genai.client.AsyncClient, *, streamed: bool) -> None:
        """A call, and the words after its result."""
        asked = types.UserContent("Which tool knows of Paris?")
        parts = await self._parts(gemini, asked, GOOGLE_TOOLS, streamed=streamed)
        (call,) = (part.function_call for part in parts if part.function_call)
        result = types.FunctionResponse(id=call.id, name=call.name, response={"result": "sunny"})
        turns = [asked, types.ModelContent(parts), types.UserContent(types.Part(function_response=result))]
        after = await self._parts(gemini, turns, GOOGLE_TOOLS, streamed=streamed)

        assert (call.name, call.args) == (NAME, {"city": "demo"})
        assert "".join(part.text or "" for part in after) == STATEMENT


async def test_a_failure_in_mid_stream(claude: anthropic.AsyncAnthropic) -> None:
    """Cohere's last event says it; the client gets its own dialect's error, after the words."""
    words: list[str] = []

    async def listen() -> None:
        async with claude.messages.stream(model=COHERE_FAILING, max_tokens=100, messages=HELLO) as stream:
            async for text in stream.text_stream:
                words.append(text)  # noqa: PERF401 - the stream breaks off

    with pytest.raises(anthropic.APIStatusError, match="overloaded_error"):
        await listen()
    said = "".join(words)
    assert said
    assert STATEMENT.startswith(said)


async def test_a_failure_instead_of_an_answer(gpt: openai.AsyncOpenAI) -> None:
    """The answer says so, with a status of its own."""
    with pytest.raises(openai.InternalServerError):
        await gpt.responses.create(model=COHERE_FAILING, input="hello")


async def test_what_is_left_out_is_told(gateway: Gateway, http: httpx.AsyncClient) -> None:
    """And Cohere's own members are not."""
    body = {"model": COHERE_ONLY, "input": "hello", "user": "u", "safety_mode": "STRICT"}
    headers = {"authorization": f"Bearer {gateway.key}"}
    answer = await http.post(f"{gateway.url}/v1/responses", json=body, headers=headers)

    assert answer.status_code == 200
    assert answer.headers["x-oblivious-dropped"] == "user"
