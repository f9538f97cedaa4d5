"""Anthropic's own SDK for Python takes the gateway for Anthropic."""

import asyncio
from typing import Any

import anthropic
import pytest
from anthropic import _exceptions as raised

from oblivious.demo.words import STATEMENT, THOUGHT
from tests.gateways.gateway import Gateway
from tests.gateways.world import ANTHROPIC_ONLY, CHAT, PRICED, STRICTS_ONLY, faulty

HELLO: Any = [{"role": "user", "content": "hello there"}]
ASKING: Any = [{"role": "user", "content": "What does get_weather say of Paris?"}]
SCHEMA: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: Any = [{"name": "get_weather", "input_schema": SCHEMA}]
ASKED: Any = {"model": CHAT, "max_tokens": 100}
THINKING: Any = {"type": "enabled", "budget_tokens": 1024}


class TestMessages:
    async def test_json(self, claude: anthropic.AsyncAnthropic) -> None:
        """A message has words, a reason to stop and usage."""
        message = await claude.messages.create(messages=HELLO, system="Be kind.", **ASKED)

        assert message.content[0].type == "text"
        assert (message.content[0].text, message.stop_reason) == (STATEMENT, "end_turn")
        assert (message.usage.input_tokens, message.usage.output_tokens) == (4, 18)

    async def test_stream(self, claude: anthropic.AsyncAnthropic) -> None:
        """The events come in Anthropic's order and add up to the message."""
        async with claude.messages.stream(messages=HELLO, **ASKED) as stream:
            types = [event.type async for event in stream if event.type not in {"text", "ping"}]
            message = await stream.get_final_message()

        assert types[:2] == ["message_start", "content_block_start"]
        assert types[-3:] == ["content_block_stop", "message_delta", "message_stop"]
        assert message.content[0].type == "text"
        assert message.content[0].text == STATEMENT
        assert message.usage.output_tokens == 18

    async def test_tools_round_trip(self, claude: anthropic.AsyncAnthropic) -> None:
        """A call, streamed or not, and the words after its result."""
        whole = await claude.messages.create(messages=ASKING, tools=TOOLS, **ASKED)
        forced: Any = {"type": "any"}
        async with claude.messages.stream(messages=HELLO, tools=TOOLS, tool_choice=forced, **ASKED) as stream:
            streamed = (await stream.get_final_message()).content[0]
        call = whole.content[0]
        assert call.type == "tool_use"
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
        turns: Any = [
            *ASKING,
            {"role": "assistant", "content": [call.to_dict()]},
            {"role": "user", "content": [result]},
        ]
        after = await claude.messages.create(messages=turns, tools=TOOLS, **ASKED)

        assert (call.name, call.input, whole.stop_reason) == ("get_weather", {"city": "demo"}, "tool_use")
        assert streamed.type == "tool_use"
        assert streamed.input == {"city": "demo"}
        assert after.stop_reason == "end_turn"

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_thinking(self, claude: anthropic.AsyncAnthropic, *, streamed: bool) -> None:
        """Thoughts come first, with their signature."""
        asked: Any = {"model": CHAT, "max_tokens": 2000, "messages": HELLO, "thinking": THINKING}
        if streamed:
            async with claude.messages.stream(**asked) as stream:
                message = await stream.get_final_message()
        else:
            message = await claude.messages.create(**asked)

        thought, text = message.content
        assert thought.type == "thinking"
        assert (thought.thinking, thought.signature[:5]) == (THOUGHT, "demo-")
        assert text.type == "text"

    async def test_count_tokens(self, claude: anthropic.AsyncAnthropic) -> None:
        """Counting is passed through and says what the message would."""
        counted = await claude.messages.count_tokens(model=CHAT, messages=HELLO, system="Be kind.")

        assert counted.input_tokens == 4

    async def test_beta(self, claude: anthropic.AsyncAnthropic) -> None:
        """The beta endpoints, whose path carries a query."""
        asked: Any = {**ASKED, "messages": HELLO, "betas": ["interleaved-thinking-2025-05-14"]}
        message = await claude.beta.messages.create(**asked)

        assert message.stop_reason == "end_turn"

    async def test_models(self, claude: anthropic.AsyncAnthropic) -> None:
        """The models in Anthropic's shape."""
        listed = [model.id async for model in claude.models.list()]
        one = await claude.models.retrieve(CHAT)

        assert CHAT in listed
        assert (one.id, one.type) == (CHAT, "model")


class TestErrors:
    @pytest.mark.parametrize(
        ("model", "error", "type_"),
        [
            (faulty("status-400"), anthropic.BadRequestError, "invalid_request_error"),
            (faulty("status-422"), anthropic.UnprocessableEntityError, "invalid_request_error"),
            (faulty("status-429"), anthropic.RateLimitError, "rate_limit_error"),
            (faulty("status-529"), raised.OverloadedError, "overloaded_error"),
            (faulty("status-503"), raised.OverloadedError, "overloaded_error"),
            (faulty("cut"), anthropic.InternalServerError, "api_error"),
            ("no-such-model", anthropic.NotFoundError, "not_found_error"),
            (STRICTS_ONLY, anthropic.PermissionDeniedError, "permission_error"),
        ],
    )
    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_of_a_model(
        self,
        claude: anthropic.AsyncAnthropic,
        model: str,
        error: type[anthropic.APIStatusError],
        type_: str,
        *,
        streamed: bool,
    ) -> None:
        """Each error is the exception that the SDK has for it."""
        with pytest.raises(error) as caught:
            await claude.messages.create(model=model, max_tokens=9, messages=HELLO, stream=streamed)

        assert type(caught.value) is error
        assert caught.value.type == type_

    async def test_authentication(self, claude: anthropic.AsyncAnthropic) -> None:
        """A key that nobody knows."""
        with pytest.raises(anthropic.AuthenticationError) as caught:
            await claude.with_options(api_key="sk-unknown").messages.create(messages=HELLO, **ASKED)

        assert caught.value.type == "authentication_error"

    async def test_too_fast(self, gateway: Gateway, claude: anthropic.AsyncAnthropic) -> None:
        """The second request within a minute."""
        slow = claude.with_options(api_key=(await asyncio.to_thread(gateway.user, rpm=1)).key)
        await slow.messages.create(messages=HELLO, **ASKED)
        with pytest.raises(anthropic.RateLimitError) as caught:
            await slow.messages.create(messages=HELLO, **ASKED)

        assert caught.value.type == "rate_limit_error"

    async def test_no_money(self, gateway: Gateway, claude: anthropic.AsyncAnthropic) -> None:
        """An account without money is Anthropic's 402."""
        poor = claude.with_options(api_key=(await asyncio.to_thread(gateway.user)).key)
        with pytest.raises(raised.PaymentRequiredError) as caught:
            await poor.messages.create(model=PRICED, max_tokens=9, messages=HELLO)

        assert (caught.value.status_code, caught.value.type) == (402, "billing_error")

    async def test_too_large(self, claude: anthropic.AsyncAnthropic) -> None:
        """A body above the limit."""
        large: Any = [{"role": "user", "content": "x" * 5_000_000}]
        with pytest.raises(raised.RequestTooLargeError) as caught:
            await claude.messages.create(messages=large, **ASKED)

        assert str(caught.value.type) == "request_too_large"

    async def test_in_mid_stream(self, claude: anthropic.AsyncAnthropic) -> None:
        """A stream that breaks off raises, after the words that came."""
        words: list[str] = []

        async def read() -> None:
            async with claude.messages.stream(
                model=faulty("cut-mid-3"), max_tokens=99, messages=HELLO
            ) as stream:
                async for text in stream.text_stream:
                    words.append(text)  # noqa: PERF401 - what came before the error counts

        with pytest.raises(anthropic.APIStatusError, match="broke off"):
            await read()
        assert "".join(words) == "This is Oblivious'"


async def test_a_model_of_anthropics_own(claude: anthropic.AsyncAnthropic) -> None:
    """A channel of the provider `anthropic`, which takes its key in Anthropic's header."""
    message = await claude.messages.create(model=ANTHROPIC_ONLY, max_tokens=99, messages=HELLO)

    assert message.stop_reason == "end_turn"
