"""OpenAI's own SDK for Python takes the gateway for OpenAI."""

import asyncio
from typing import Any

import openai
import pytest

from oblivious.demo.words import STATEMENT
from tests.gateways.gateway import Gateway
from tests.gateways.world import CHAT, PRICED, SHARED, STRICTS_ONLY, faulty

HELLO: Any = [{"role": "user", "content": "hello there"}]
ASKING: Any = [{"role": "user", "content": "What does get_weather say of Paris?"}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
FLAT_TOOLS: Any = [{"type": "function", "name": "get_weather", "parameters": SCHEMA, "strict": False}]
USAGE_ASKED: Any = {"stream_options": {"include_usage": True}}
ENCRYPTED: Any = {
    "reasoning": {"effort": "low", "summary": "auto"},
    "include": ["reasoning.encrypted_content"],
}


class TestChat:
    async def test_json(self, gpt: openai.AsyncOpenAI) -> None:
        """The provider's answer, whole, and what it used."""
        answer = await gpt.chat.completions.create(model=CHAT, messages=HELLO, n=2)

        assert [choice.message.content for choice in answer.choices] == [STATEMENT] * 2
        assert answer.usage is not None
        assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (2, 36)

    @pytest.mark.parametrize("options", [USAGE_ASKED, {}], ids=["usage asked for", "no usage"])
    async def test_stream(self, gpt: openai.AsyncOpenAI, options: Any) -> None:
        """We ask for the usage of every stream; a client that did not, does not see it."""
        stream = await gpt.chat.completions.create(model=CHAT, messages=HELLO, stream=True, **options)
        chunks = [chunk async for chunk in stream]

        text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
        told = [chunk.usage for chunk in chunks if chunk.usage is not None]
        assert text == STATEMENT
        assert [chunk.choices == [] for chunk in chunks].count(True) == len(told) == len(options)

    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI) -> None:
        """A call, and the words after its result."""
        first = await gpt.chat.completions.create(model=CHAT, messages=ASKING, tools=TOOLS)
        message = first.choices[0].message
        (call,) = message.tool_calls or []
        result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
        turns: Any = [*ASKING, message.to_dict(), result]
        second = await gpt.chat.completions.create(model=CHAT, messages=turns, tools=TOOLS)

        assert call.type == "function"
        assert (call.function.name, call.function.arguments) == ("get_weather", '{"city":"demo"}')
        assert second.choices[0].message.content == STATEMENT

    async def test_streamed_call(self, gpt: openai.AsyncOpenAI) -> None:
        """The SDK's own accumulator finds the call in the stream."""
        async with gpt.chat.completions.stream(
            model=CHAT, messages=HELLO, tools=TOOLS, tool_choice="required"
        ) as stream:
            answer = await stream.get_final_completion()

        (call,) = answer.choices[0].message.tool_calls or []
        assert (call.function.name, call.function.arguments) == ("get_weather", '{"city":"demo"}')

    async def test_legacy(self, gpt: openai.AsyncOpenAI) -> None:
        """Legacy completions, whole and streamed."""
        asked: Any = {"model": CHAT, "prompt": "a b", "max_tokens": 2}
        whole = await gpt.completions.create(**asked)
        chunks = [chunk async for chunk in await gpt.completions.create(**asked, stream=True)]

        assert whole.choices[0].text == "This is"
        assert "".join(choice.text for chunk in chunks for choice in chunk.choices) == "This is"
        assert all(chunk.choices for chunk in chunks)


class TestSmallerEndpoints:
    async def test_embeddings(self, gpt: openai.AsyncOpenAI) -> None:
        """Base64, the SDK's default, and floats are the same vectors."""
        asked: Any = {"model": "demo-embedding", "input": ["one", "two three"]}
        default = await gpt.embeddings.create(**asked)
        floats = await gpt.embeddings.create(**asked, encoding_format="float")

        assert default.usage.prompt_tokens == 3
        assert default.data[1].embedding == pytest.approx(floats.data[1].embedding)

    async def test_moderations(self, gpt: openai.AsyncOpenAI) -> None:
        """With the model named, and without one, as the SDK lets its user."""
        named = await gpt.moderations.create(model="demo-moderation", input=["kind", "violence"])
        unnamed = await gpt.moderations.create(input="violence")

        assert [result.flagged for result in named.results] == [False, True]
        assert unnamed.results[0].flagged

    async def test_models(self, gpt: openai.AsyncOpenAI) -> None:
        """What may be asked for, and each by its name."""
        listed = [model.id async for model in gpt.models.list()]
        one = await gpt.models.retrieve(CHAT)

        assert {CHAT, "demo-embedding", "demo-moderation"} <= set(listed)
        assert (one.id, one.object) == (CHAT, "model")


class TestResponses:
    async def test_json(self, gpt: openai.AsyncOpenAI) -> None:
        """A response has words and usage."""
        response = await gpt.responses.create(model=CHAT, input="hello there")

        assert response.usage is not None
        assert (response.output_text, response.status) == (STATEMENT, "completed")
        assert response.usage.output_tokens == 18

    async def test_stream(self, gpt: openai.AsyncOpenAI) -> None:
        """The events come numbered, from the first to the last, and add up to the response."""
        async with gpt.responses.stream(model=CHAT, input="hello", **ENCRYPTED) as stream:
            events = [event async for event in stream]
            response = await stream.get_final_response()

        assert [event.sequence_number for event in events] == list(range(len(events)))
        assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
        assert [item.type for item in response.output] == ["reasoning", "message"]

    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI) -> None:
        """A streamed call is answered under the id of the response before."""
        async with gpt.responses.stream(model=CHAT, input=ASKING, tools=FLAT_TOOLS) as stream:
            first = await stream.get_final_response()
        call = first.output[0]
        assert call.type == "function_call"
        results: Any = [{"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
        second = await gpt.responses.create(
            model=CHAT, input=results, tools=FLAT_TOOLS, previous_response_id=first.id
        )

        assert (call.name, call.arguments) == ("get_weather", '{"city":"demo"}')
        assert (second.output_text, second.previous_response_id) == (STATEMENT, first.id)


class TestOwners:
    """A response, and encrypted reasoning, is good only at the account that made it."""

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_a_second_turn_goes_to_the_owner(self, gpt: openai.AsyncOpenAI, *, streamed: bool) -> None:
        """Whichever upstream answered first answers again; were it left to the dice, some would miss."""

        async def two_turns() -> str:
            asked: Any = {"model": SHARED, "input": "hello"}
            if streamed:
                async with gpt.responses.stream(**asked) as stream:
                    first = await stream.get_final_response()
            else:
                first = await gpt.responses.create(**asked)
            second = await gpt.responses.create(**asked, previous_response_id=first.id)
            return str(second.previous_response_id)

        answered = await asyncio.gather(*(two_turns() for _ in range(10)))

        assert len(set(answered)) == 10

    async def test_encrypted_reasoning_goes_to_the_owner(self, gpt: openai.AsyncOpenAI) -> None:
        """The same for what the client keeps itself."""

        async def two_turns() -> str:
            first = await gpt.responses.create(model=SHARED, input="hello", **ENCRYPTED)
            items: Any = [first.output[0].to_dict(), *HELLO]
            return (await gpt.responses.create(model=SHARED, input=items)).output_text

        answered = await asyncio.gather(*(two_turns() for _ in range(10)))

        assert answered == [STATEMENT] * 10

    async def test_what_nobody_owns(self, gpt: openai.AsyncOpenAI) -> None:
        """An id that no account here has made is a clear 400."""
        with pytest.raises(openai.BadRequestError) as caught:
            await gpt.responses.create(model=SHARED, input="hello", previous_response_id="resp_x")

        assert caught.value.code == "unknown_binding"


class TestErrors:
    @pytest.mark.parametrize(
        ("fault", "error", "status"),
        [
            ("status-400", openai.BadRequestError, 400),
            ("status-409", openai.InternalServerError, 503),
            ("status-422", openai.UnprocessableEntityError, 422),
            ("status-429", openai.RateLimitError, 429),
            ("status-401", openai.InternalServerError, 502),
            ("status-503", openai.InternalServerError, 503),
            ("cut", openai.InternalServerError, 502),
        ],
    )
    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_of_the_upstream(
        self,
        gpt: openai.AsyncOpenAI,
        fault: str,
        error: type[openai.APIStatusError],
        status: int,
        *,
        streamed: bool,
    ) -> None:
        """What judges the request passes; what is between us and the provider is ours to say."""
        with pytest.raises(error) as caught:
            await gpt.chat.completions.create(model=faulty(fault), messages=HELLO, stream=streamed)

        assert (type(caught.value), caught.value.status_code) == (error, status)

    async def test_authentication(self, gpt: openai.AsyncOpenAI) -> None:
        """A key that nobody knows."""
        with pytest.raises(openai.AuthenticationError) as caught:
            await gpt.with_options(api_key="sk-unknown").chat.completions.create(model=CHAT, messages=HELLO)

        assert caught.value.code == "invalid_api_key"

    async def test_permission_denied(self, gpt: openai.AsyncOpenAI) -> None:
        """A model that is open to another group only."""
        with pytest.raises(openai.PermissionDeniedError) as caught:
            await gpt.chat.completions.create(model=STRICTS_ONLY, messages=HELLO)

        assert caught.value.code == "permission_denied"

    async def test_not_found(self, gpt: openai.AsyncOpenAI) -> None:
        """A model, and a path, that is not there."""
        with pytest.raises(openai.NotFoundError) as caught:
            await gpt.chat.completions.create(model="no-such-model", messages=HELLO)
        with pytest.raises(openai.NotFoundError):
            await gpt.models.retrieve("no-such-model")
        with pytest.raises(openai.NotFoundError):
            await gpt.post("/nowhere", cast_to=object)

        assert (caught.value.code, caught.value.param) == ("model_not_found", "model")

    async def test_too_fast(self, gateway: Gateway, gpt: openai.AsyncOpenAI) -> None:
        """The second request within a minute."""
        slow = gpt.with_options(api_key=(await asyncio.to_thread(gateway.user, rpm=1)).key)
        await slow.chat.completions.create(model=CHAT, messages=HELLO)
        with pytest.raises(openai.RateLimitError) as caught:
            await slow.chat.completions.create(model=CHAT, messages=HELLO)

        assert caught.value.code == "rate_limit_exceeded"

    async def test_no_money(self, gateway: Gateway, gpt: openai.AsyncOpenAI) -> None:
        """An account without money."""
        poor = gpt.with_options(api_key=(await asyncio.to_thread(gateway.user)).key)
        with pytest.raises(openai.RateLimitError) as caught:
            await poor.chat.completions.create(model=PRICED, messages=HELLO)

        assert (caught.value.code, caught.value.type) == ("insufficient_quota", "insufficient_quota")

    async def test_too_large(self, gpt: openai.AsyncOpenAI) -> None:
        """A body above the limit."""
        large: Any = [{"role": "user", "content": "x" * 5_000_000}]
        with pytest.raises(openai.APIStatusError) as caught:
            await gpt.chat.completions.create(model=CHAT, messages=large)

        assert caught.value.status_code == 413

    async def test_in_mid_stream(self, gpt: openai.AsyncOpenAI) -> None:
        """A stream that breaks off raises, after the words that came."""
        words: list[str] = []

        async def read() -> None:
            stream = await gpt.chat.completions.create(model=faulty("cut-mid-3"), messages=HELLO, stream=True)
            async for chunk in stream:
                words.extend(choice.delta.content or "" for choice in chunk.choices)

        with pytest.raises(openai.APIError, match="broke off"):
            await read()
        assert "".join(words) == "This is Oblivious'"
