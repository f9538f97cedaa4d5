"""Official SDKs at models that are served only in another dialect than theirs."""

import asyncio
import json
from typing import Any

import anthropic
import httpx
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from oblivious.demo.words import STATEMENT, THOUGHT
from tests.gateways.answers import chat_message, claude_message, response_of
from tests.gateways.gateway import Gateway
from tests.gateways.world import ANTHROPIC_ONLY, CHAT_ONLY, GEMINI_ONLY, OPENAI_ONLY, SHARED_OPENAI

HELLO: Any = [{"role": "user", "content": "hello there"}]
ASKING: Any = [{"role": "user", "content": "What does get_weather say of Paris?"}]
SCHEMA: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CHAT_TOOLS: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
FLAT_TOOLS: Any = [{"type": "function", "name": "get_weather", "parameters": SCHEMA, "strict": False}]
CLAUDE_TOOLS: Any = [{"name": "get_weather", "input_schema": SCHEMA}]
THINKING: Any = {"type": "enabled", "budget_tokens": 1024}


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """Translation is the road's affair alone: one kind of gateway shows it."""
    return embedded


@pytest.mark.parametrize("model", [ANTHROPIC_ONLY, GEMINI_ONLY])
class TestChat:
    """Clients of chat completions."""

    async def test_json(self, gpt: openai.AsyncOpenAI, model: str) -> None:
        """The words, the name that the client used, and what it cost."""
        answer = await gpt.chat.completions.create(model=model, messages=HELLO)

        assert answer.choices[0].message.content == STATEMENT
        assert (answer.model, answer.choices[0].finish_reason) == (model, "stop")
        assert answer.usage is not None
        assert answer.usage.completion_tokens == 18

    async def test_stream(self, gpt: openai.AsyncOpenAI, model: str) -> None:
        """The SDK's own accumulator is content."""
        async with gpt.chat.completions.stream(
            model=model, messages=HELLO, stream_options={"include_usage": True}
        ) as stream:
            answer = await stream.get_final_completion()

        assert answer.choices[0].message.content == STATEMENT
        assert answer.usage is not None
        assert answer.usage.completion_tokens == 18

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI, model: str, *, streamed: bool) -> None:
        """A call, and the words after its result."""
        asked: Any = {"model": model, "messages": ASKING, "tools": CHAT_TOOLS}
        message = await chat_message(gpt, streamed=streamed, **asked)
        (call,) = message.tool_calls or []
        result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
        turns: Any = [*ASKING, message.to_dict(), result]
        second = await gpt.chat.completions.create(model=model, messages=turns, tools=CHAT_TOOLS)

        assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "demo"})
        assert second.choices[0].message.content == STATEMENT

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_reasoning_over_three_turns(
        self, gpt: openai.AsyncOpenAI, model: str, *, streamed: bool
    ) -> None:
        """Thoughts come down beside the words, and their signature goes back up with them."""
        turns: Any = list(HELLO)
        for _ in range(3):
            asked: Any = {"model": model, "messages": turns, "reasoning_effort": "low"}
            message = await chat_message(gpt, streamed=streamed, **asked)
            said = message.to_dict()
            assert (said["reasoning_content"], said["content"]) == (THOUGHT, STATEMENT)
            assert said["reasoning_details"]
            turns += [said, *HELLO]


@pytest.mark.parametrize("model", [ANTHROPIC_ONLY, CHAT_ONLY, GEMINI_ONLY])
class TestResponses:
    """Clients of responses."""

    async def test_json(self, gpt: openai.AsyncOpenAI, model: str) -> None:
        """The words and what they cost."""
        response = await gpt.responses.create(model=model, input="hello there")

        assert (response.output_text, response.status, response.model) == (STATEMENT, "completed", model)
        assert response.usage is not None
        assert response.usage.output_tokens == 18

    async def test_stream(self, gpt: openai.AsyncOpenAI, model: str) -> None:
        """The events are numbered from the first to the last, and add up to the response."""
        async with gpt.responses.stream(model=model, input="hello") as stream:
            events = [event async for event in stream]
            response = await stream.get_final_response()

        assert [event.sequence_number for event in events] == list(range(len(events)))
        assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
        assert response.output_text == STATEMENT

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI, model: str, *, streamed: bool) -> None:
        """A call, and the words after its result; the client keeps the conversation."""
        asked: Any = {"model": model, "input": ASKING, "tools": FLAT_TOOLS}
        first = await response_of(gpt, streamed=streamed, **asked)
        (call,) = (item for item in first.output if item.type == "function_call")
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
        turns: Any = [*ASKING, *(item.to_dict() for item in first.output), result]
        second = await gpt.responses.create(model=model, input=turns, tools=FLAT_TOOLS)

        assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "demo"})
        assert second.output_text == STATEMENT

    async def test_what_only_its_maker_knows_is_refused(self, gpt: openai.AsyncOpenAI, model: str) -> None:
        """A stored response cannot be translated."""
        with pytest.raises(openai.BadRequestError) as caught:
            await gpt.responses.create(model=model, input="hello", previous_response_id="resp_x")

        assert caught.value.status_code == 400


@pytest.mark.parametrize("model", [OPENAI_ONLY, CHAT_ONLY, GEMINI_ONLY])
class TestMessages:
    """Clients of Anthropic's messages."""

    async def test_json(self, claude: anthropic.AsyncAnthropic, model: str) -> None:
        """The words, the reason to stop, and usage."""
        message = await claude.messages.create(model=model, max_tokens=100, messages=HELLO, system="Be kind.")

        assert message.content[0].type == "text"
        assert (message.content[0].text, message.stop_reason, message.model) == (STATEMENT, "end_turn", model)
        assert message.usage.output_tokens == 18

    async def test_stream(self, claude: anthropic.AsyncAnthropic, model: str) -> None:
        """Anthropic's events in Anthropic's order."""
        async with claude.messages.stream(model=model, max_tokens=100, messages=HELLO) as stream:
            types = [event.type async for event in stream if event.type not in {"text", "ping"}]
            message = await stream.get_final_message()

        assert types[:2] == ["message_start", "content_block_start"]
        assert types[-3:] == ["content_block_stop", "message_delta", "message_stop"]
        assert message.content[0].type == "text"
        assert (message.content[0].text, message.usage.output_tokens) == (STATEMENT, 18)

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_tools_round_trip(
        self, claude: anthropic.AsyncAnthropic, model: str, *, streamed: bool
    ) -> None:
        """A call, and the words after its result."""
        asked: Any = {"model": model, "max_tokens": 100, "messages": ASKING, "tools": CLAUDE_TOOLS}
        message = await claude_message(claude, streamed=streamed, **asked)
        (call,) = (block for block in message.content if block.type == "tool_use")
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
        turns: Any = [
            *ASKING,
            {"role": "assistant", "content": [block.to_dict() for block in message.content]},
            {"role": "user", "content": [result]},
        ]
        after = await claude.messages.create(**{**asked, "messages": turns})

        assert (call.name, call.input, message.stop_reason) == ("get_weather", {"city": "demo"}, "tool_use")
        assert after.stop_reason == "end_turn"

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_thinking(self, claude: anthropic.AsyncAnthropic, model: str, *, streamed: bool) -> None:
        """Thoughts come first; what comes back with them does no harm."""
        asked: Any = {"model": model, "max_tokens": 2000, "thinking": THINKING}
        turns: Any = list(HELLO)
        for _ in range(3):
            message = await claude_message(claude, streamed=streamed, messages=turns, **asked)
            # Where the text has a state, it has a block of its own, before it.
            thoughts = [block.thinking for block in message.content if block.type == "thinking"]
            assert "".join(thoughts) == THOUGHT
            assert [block.text for block in message.content if block.type == "text"] == [STATEMENT]
            said = [block.to_dict() for block in message.content]
            turns = [*turns, {"role": "assistant", "content": said}, *HELLO]

    async def test_a_tool_runner(self, claude: anthropic.AsyncAnthropic, model: str) -> None:
        """It asks for a thread first; told that there are none, it sends the whole conversation."""
        cities: list[str] = []

        @anthropic.beta_async_tool
        async def get_weather(city: str) -> str:
            """Return the weather of a city."""
            cities.append(city)
            return "sunny"

        runner = claude.beta.messages.tool_runner(
            model=model, max_tokens=100, messages=ASKING, tools=[get_weather]
        )
        said = [message.stop_reason async for message in runner]

        assert (cities, said) == (["demo"], ["tool_use", "end_turn"])


async def test_no_account_is_given_what_another_one_encrypted(claude: anthropic.AsyncAnthropic) -> None:
    """Two accounts serve the model, and each refuses the reasoning of the other."""

    async def two_turns() -> list[str]:
        asked: Any = {"model": SHARED_OPENAI, "max_tokens": 2000, "thinking": THINKING}
        first = await claude.messages.create(messages=HELLO, **asked)
        said: Any = {"role": "assistant", "content": [block.to_dict() for block in first.content]}
        second = await claude.messages.create(messages=[*HELLO, said, *HELLO], **asked)
        return [block.text for block in second.content if block.type == "text"]

    assert await asyncio.gather(*(two_turns() for _ in range(12))) == [[STATEMENT]] * 12


class TestMoving:
    """A conversation that goes on with another model takes nothing along that its provider would refuse."""

    @pytest.mark.parametrize("then", [ANTHROPIC_ONLY, OPENAI_ONLY, GEMINI_ONLY, CHAT_ONLY])
    @pytest.mark.parametrize("first", [ANTHROPIC_ONLY, OPENAI_ONLY, GEMINI_ONLY, CHAT_ONLY])
    async def test_claude_code(self, claude: anthropic.AsyncAnthropic, first: str, then: str) -> None:
        """Thinking blocks come back with whatever signature they had."""
        asked: Any = {"max_tokens": 2000, "thinking": THINKING}
        message = await claude.messages.create(model=first, messages=HELLO, **asked)
        said: Any = {"role": "assistant", "content": [block.to_dict() for block in message.content]}
        after = await claude.messages.create(model=then, messages=[*HELLO, said, *HELLO], **asked)

        assert [block.text for block in after.content if block.type == "text"] == [STATEMENT]

    @pytest.mark.parametrize("then", [ANTHROPIC_ONLY, GEMINI_ONLY, CHAT_ONLY, OPENAI_ONLY])
    @pytest.mark.parametrize("first", [ANTHROPIC_ONLY, GEMINI_ONLY, CHAT_ONLY])
    async def test_codex(self, gpt: openai.AsyncOpenAI, first: str, then: str) -> None:
        """Reasoning items come back with whatever they hold in encrypted form."""
        asked: Any = {"reasoning": {"effort": "low"}, "include": ["reasoning.encrypted_content"]}
        response = await gpt.responses.create(model=first, input=HELLO, **asked)
        items: Any = [*HELLO, *(item.to_dict() for item in response.output), *HELLO]
        after = await gpt.responses.create(model=then, input=items, **asked)

        assert after.output_text == STATEMENT


@pytest.mark.parametrize("model", [CHAT_ONLY, OPENAI_ONLY, ANTHROPIC_ONLY, GEMINI_ONLY])
async def test_cursor_asks_as_for_responses_and_reads_chat(gpt: openai.AsyncOpenAI, model: str) -> None:
    """It posts `input` and flat tools to chat completions."""
    odd: Any = {"input": ASKING, "tools": FLAT_TOOLS, "instructions": "Be kind."}
    stream = await gpt.post(
        "/chat/completions",
        body={"model": model, "stream": True, **odd},
        cast_to=ChatCompletion,
        stream=True,
        stream_cls=openai.AsyncStream[ChatCompletionChunk],
    )
    calls = [
        call async for chunk in stream for choice in chunk.choices for call in choice.delta.tool_calls or []
    ]

    assert calls[0].function is not None
    assert calls[0].function.name == "get_weather"
    arguments = "".join(call.function.arguments or "" for call in calls if call.function)
    assert json.loads(arguments) == {"city": "demo"}


@pytest.mark.parametrize("model", [ANTHROPIC_ONLY, OPENAI_ONLY, GEMINI_ONLY])
async def test_a_large_picture(gpt: openai.AsyncOpenAI, model: str) -> None:
    """Bodies that wait on disk are translated, too."""
    url = "data:image/png;base64," + "iVBORw0KGgoA" * 250_000
    parts: Any = [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": url}}]
    answer = await gpt.chat.completions.create(model=model, messages=[{"role": "user", "content": parts}])

    assert answer.choices[0].message.content == STATEMENT


async def test_what_is_left_out_is_told(embedded: Gateway, http: httpx.AsyncClient) -> None:
    """A parameter that the provider does not know is named in a header."""
    body = {"model": ANTHROPIC_ONLY, "messages": HELLO, "seed": 7, "odd": 1}
    headers = {"authorization": f"Bearer {embedded.key}"}
    answer = await http.post(f"{embedded.url}/v1/chat/completions", json=body, headers=headers)

    assert answer.status_code == 200
    assert answer.headers["x-oblivious-dropped"] == "seed, odd"


async def test_what_cannot_be_had_is_refused_and_costs_nothing(
    embedded: Gateway, http: httpx.AsyncClient
) -> None:
    """The field is named, in the caller's dialect."""
    body = {"model": ANTHROPIC_ONLY, "messages": HELLO, "n": 2}
    headers = {"authorization": f"Bearer {embedded.key}"}
    answer = await http.post(f"{embedded.url}/v1/chat/completions", json=body, headers=headers)
    exchange = answer.headers["x-oblivious-exchange-id"]
    row = (await embedded.settled([exchange]))[exchange]

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "n")
    assert (row["amount_nano_usd"], row["attempt_ids"]) == (0, [])
