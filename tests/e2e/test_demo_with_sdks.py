"""The official SDKs take the demo upstream for the provider itself."""

from collections.abc import AsyncIterator
from typing import Any

import anthropic
import openai
import pytest

from oblivious.demo import DemoOptions, DemoUpstream
from oblivious.demo.words import STATEMENT

KEY = "sk-demo-key"
HELLO: Any = [{"role": "user", "content": "hello there"}]
ASKING: Any = [{"role": "user", "content": "What does get_weather say of Paris?"}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CHAT_TOOLS: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}}]
FLAT_TOOLS: Any = [{"type": "function", "name": "get_weather", "parameters": SCHEMA, "strict": False}]
CLAUDE_TOOLS: Any = [{"name": "get_weather", "input_schema": SCHEMA}]
ENCRYPTED: Any = {
    "reasoning": {"effort": "low", "summary": "auto"},
    "include": ["reasoning.encrypted_content"],
}


@pytest.fixture
async def upstream() -> AsyncIterator[DemoUpstream]:
    demo = DemoUpstream(DemoOptions(api_keys=(KEY,)))
    await demo.start()
    yield demo
    await demo.stop()


@pytest.fixture
async def gpt(upstream: DemoUpstream) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(base_url=f"{upstream.url}/v1", api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture
async def claude(upstream: DemoUpstream) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(base_url=upstream.url, api_key=KEY, max_retries=0) as client:
        yield client


class TestChat:
    async def test_json(self, gpt: openai.AsyncOpenAI) -> None:
        """An answer says that it is a demo's, and what it used."""
        answer = await gpt.chat.completions.create(model="demo-chat", messages=HELLO)

        assert answer.usage is not None
        assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == (STATEMENT, "stop")
        assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (2, 18)

    async def test_choices_cap_and_stop(self, gpt: openai.AsyncOpenAI) -> None:
        """`n`, `max_tokens` and `stop` are heeded."""
        two = await gpt.chat.completions.create(model="demo-chat", messages=HELLO, n=2, max_tokens=3)
        cut = await gpt.chat.completions.create(model="demo-chat", messages=HELLO, stop=" upstream")

        assert [choice.finish_reason for choice in two.choices] == ["length", "length"]
        assert two.usage is not None
        assert two.usage.completion_tokens == 6
        assert cut.choices[0].message.content == "This is Oblivious' demo"

    @pytest.mark.parametrize("asked", [True, False], ids=["usage asked for", "no usage"])
    async def test_stream(self, gpt: openai.AsyncOpenAI, *, asked: bool) -> None:
        """The usage comes in a choiceless last chunk, and only if asked for; elsewhere it is null."""
        options: Any = {"stream_options": {"include_usage": True}} if asked else {}
        stream = await gpt.chat.completions.create(model="demo-chat", messages=HELLO, stream=True, **options)
        chunks = [chunk async for chunk in stream]

        text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
        assert text == STATEMENT
        assert [chunk.usage is not None for chunk in chunks] == [False] * (len(chunks) - 1) + [asked]
        assert all(("usage" in chunk.model_fields_set) is asked for chunk in chunks)
        assert (chunks[-1].choices == []) is asked

    async def test_streamed_choices(self, gpt: openai.AsyncOpenAI) -> None:
        """Each choice of a stream is whole."""
        stream = await gpt.chat.completions.create(model="demo@length-3", messages=HELLO, stream=True, n=2)
        texts = {0: "", 1: ""}
        async for chunk in stream:
            for choice in chunk.choices:
                texts[choice.index] += choice.delta.content or ""

        assert list(texts.values()) == ["This is Oblivious'"] * 2

    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI) -> None:
        """A question that names a tool gets a call, its result gets words."""
        first = await gpt.chat.completions.create(model="demo-chat", messages=ASKING, tools=CHAT_TOOLS)
        message = first.choices[0].message
        (call,) = message.tool_calls or []
        result = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
        turns: Any = [*ASKING, message.to_dict(), result]
        second = await gpt.chat.completions.create(model="demo-chat", messages=turns, tools=CHAT_TOOLS)

        assert call.type == "function"
        assert (call.function.name, call.function.arguments) == ("get_weather", '{"city":"demo"}')
        assert (message.content, first.choices[0].finish_reason) == (None, "tool_calls")
        assert second.choices[0].message.content == STATEMENT

    async def test_streamed_call(self, gpt: openai.AsyncOpenAI) -> None:
        """A call's pieces add up to what the SDK's own accumulator takes for a call."""
        async with gpt.chat.completions.stream(
            model="demo-chat", messages=HELLO, tools=CHAT_TOOLS, tool_choice="required"
        ) as stream:
            answer = await stream.get_final_completion()

        (call,) = answer.choices[0].message.tool_calls or []
        assert (call.function.name, call.function.arguments) == ("get_weather", '{"city":"demo"}')

    async def test_legacy(self, gpt: openai.AsyncOpenAI) -> None:
        """Legacy completions answer each prompt, and stream."""
        whole = await gpt.completions.create(model="demo", prompt=["a b", "c"], max_tokens=2)
        stream = await gpt.completions.create(
            model="demo", prompt="a", max_tokens=2, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]

        assert whole.usage is not None
        assert [choice.text for choice in whole.choices] == ["This is", "This is"]
        assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (3, 4)
        assert "".join(choice.text for chunk in chunks for choice in chunk.choices) == "This is"
        assert chunks[-1].usage is not None


class TestSmallerEndpoints:
    async def test_embeddings(self, gpt: openai.AsyncOpenAI) -> None:
        """Floats and base64 are the same vectors; texts, token lists and batches all count."""
        default = await gpt.embeddings.create(model="demo-embedding", input=["one", "two three"])
        floats = await gpt.embeddings.create(model="demo-embedding", input="one", encoding_format="float")
        tokens = await gpt.embeddings.create(model="demo-embedding", input=[[1, 2], [3]], dimensions=8)
        single = await gpt.embeddings.create(model="demo-embedding", input=[1, 2, 3])

        assert [item.index for item in default.data] == [0, 1]
        assert default.data[0].embedding == pytest.approx(floats.data[0].embedding)
        assert [len(item.embedding) for item in tokens.data] == [8, 8]
        assert len(single.data) == 1
        assert [one.usage.prompt_tokens for one in (default, floats, tokens, single)] == [3, 1, 3, 3]

    async def test_moderations(self, gpt: openai.AsyncOpenAI) -> None:
        """A text is flagged for what it names."""
        answer = await gpt.moderations.create(model="demo-moderation", input=["kind", "violence"])

        assert [result.flagged for result in answer.results] == [False, True]
        assert answer.results[1].categories.violence

    async def test_models(self, gpt: openai.AsyncOpenAI, claude: anthropic.AsyncAnthropic) -> None:
        """Both SDKs list the same models, each in its own shape; any name is a model."""
        ours = [model.id async for model in gpt.models.list()]
        theirs = [model.id async for model in claude.models.list()]

        assert ours == theirs == ["demo-chat", "demo-embedding", "demo-moderation"]
        assert (await gpt.models.retrieve("any/name")).id == "any/name"
        assert (await claude.models.retrieve("any")).id == "any"


class TestResponses:
    async def test_json(self, gpt: openai.AsyncOpenAI) -> None:
        """A response has words and usage; a cap makes it incomplete."""
        whole = await gpt.responses.create(model="demo-chat", input="hello there")
        cut = await gpt.responses.create(model="demo-chat", input="hello there", max_output_tokens=3)

        assert whole.usage is not None
        assert (whole.output_text, whole.status, whole.usage.output_tokens) == (STATEMENT, "completed", 18)
        assert cut.incomplete_details is not None
        assert (cut.status, cut.incomplete_details.reason) == ("incomplete", "max_output_tokens")

    async def test_stream(self, gpt: openai.AsyncOpenAI) -> None:
        """The events come in OpenAI's order, numbered, and add up to the response."""
        async with gpt.responses.stream(model="demo@length-2", input="hello", **ENCRYPTED) as stream:
            events = [event async for event in stream]
            response = await stream.get_final_response()

        words = ["response.output_text.delta"] * 2
        assert [event.sequence_number for event in events] == list(range(len(events)))
        assert [event.type for event in events[:4]] == [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.reasoning_summary_part.added",
        ]
        assert [event.type for event in events[-9:]] == [
            "response.output_item.done",
            "response.output_item.added",
            "response.content_part.added",
            *words,
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
        assert [item.type for item in response.output] == ["reasoning", "message"]
        assert response.usage is not None
        assert response.usage.output_tokens_details.reasoning_tokens == 12

    async def test_tools_round_trip(self, gpt: openai.AsyncOpenAI) -> None:
        """A call in a stream is answered with its result under the id of the response before."""
        async with gpt.responses.stream(model="demo", input=ASKING, tools=FLAT_TOOLS) as stream:
            first = await stream.get_final_response()
        call = first.output[0]
        assert call.type == "function_call"
        results: Any = [{"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
        second = await gpt.responses.create(
            model="demo", input=results, tools=FLAT_TOOLS, previous_response_id=first.id
        )

        assert (call.name, call.arguments) == ("get_weather", '{"city":"demo"}')
        assert (second.output_text, second.previous_response_id) == (STATEMENT, first.id)

    async def test_bindings(self, gpt: openai.AsyncOpenAI) -> None:
        """Encrypted reasoning and response ids are good where they were made, and nowhere else."""
        first = await gpt.responses.create(model="demo", input="hello", **ENCRYPTED)
        items: Any = [first.output[0].to_dict(), *HELLO]
        other = DemoUpstream()
        await other.start()
        stranger = gpt.with_options(base_url=f"{other.url}/v1")

        await gpt.responses.create(model="demo", input=items)
        with pytest.raises(openai.BadRequestError) as by_content:
            await stranger.responses.create(model="demo", input=items)
        with pytest.raises(openai.BadRequestError) as by_id:
            await stranger.responses.create(model="demo", input="hello", previous_response_id=first.id)
        await other.stop()

        assert first.output[0].type == "reasoning"
        assert by_content.value.code == "invalid_encrypted_content"
        assert (by_id.value.code, by_id.value.param) == (
            "previous_response_not_found",
            "previous_response_id",
        )


class TestMessages:
    async def test_json(self, claude: anthropic.AsyncAnthropic) -> None:
        """A message has words and usage; caps and stop sequences end it."""
        whole = await claude.messages.create(model="demo", max_tokens=100, messages=HELLO, system="Be kind.")
        cut = await claude.messages.create(model="demo", max_tokens=3, messages=HELLO)
        stopped = await claude.messages.create(
            model="demo", max_tokens=100, messages=HELLO, stop_sequences=[" upstream"]
        )

        assert whole.content[0].type == "text"
        assert (whole.content[0].text, whole.stop_reason) == (STATEMENT, "end_turn")
        assert (whole.usage.input_tokens, whole.usage.output_tokens) == (4, 18)
        assert (cut.stop_reason, cut.usage.output_tokens) == ("max_tokens", 3)
        assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", " upstream")

    async def test_stream(self, claude: anthropic.AsyncAnthropic) -> None:
        """The events come in Anthropic's order, with a ping; thoughts come first and are signed."""
        asked: Any = {"model": "demo", "max_tokens": 2000, "messages": HELLO}
        thinking: Any = {"type": "enabled", "budget_tokens": 1024}
        async with claude.messages.stream(**asked, thinking=thinking) as stream:
            message = await stream.get_final_message()
        raw = await claude.messages.with_raw_response.create(**asked, stream=True)
        names = [
            line.removeprefix("event: ")
            async for line in raw.http_response.aiter_lines()
            if "event: " in line
        ]

        thought, text = message.content
        assert thought.type == "thinking"
        assert thought.signature.startswith("demo-")
        assert text.type == "text"
        assert text.text == STATEMENT
        assert message.usage.output_tokens == 30
        assert names[:3] == ["message_start", "content_block_start", "ping"]
        assert names[-3:] == ["content_block_stop", "message_delta", "message_stop"]

    async def test_tools_round_trip(self, claude: anthropic.AsyncAnthropic) -> None:
        """A call, streamed or not, and the words after its result."""
        asked: Any = {"model": "demo", "max_tokens": 100, "tools": CLAUDE_TOOLS}
        whole = await claude.messages.create(messages=ASKING, **asked)
        forced: Any = {"type": "any"}
        async with claude.messages.stream(messages=HELLO, tool_choice=forced, **asked) as stream:
            streamed = await stream.get_final_message()
        call = whole.content[0]
        assert call.type == "tool_use"
        result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
        turns: Any = [
            *ASKING,
            {"role": "assistant", "content": [call.to_dict()]},
            {"role": "user", "content": [result]},
        ]
        after = await claude.messages.create(messages=turns, **asked)

        assert (call.name, call.input, whole.stop_reason) == ("get_weather", {"city": "demo"}, "tool_use")
        assert streamed.content[0].type == "tool_use"
        assert streamed.content[0].input == {"city": "demo"}
        assert after.stop_reason == "end_turn"

    async def test_count_tokens(self, claude: anthropic.AsyncAnthropic) -> None:
        """Counting needs no `max_tokens` and gives the same number as the message's usage."""
        counted = await claude.messages.count_tokens(model="demo", messages=HELLO, system="Be kind.")

        assert counted.input_tokens == 4


@pytest.mark.parametrize(
    ("status", "ours", "theirs"),
    [
        (400, openai.BadRequestError, anthropic.BadRequestError),
        (401, openai.AuthenticationError, anthropic.AuthenticationError),
        (403, openai.PermissionDeniedError, anthropic.PermissionDeniedError),
        (404, openai.NotFoundError, anthropic.NotFoundError),
        (409, openai.ConflictError, anthropic.ConflictError),
        (422, openai.UnprocessableEntityError, anthropic.UnprocessableEntityError),
        (429, openai.RateLimitError, anthropic.RateLimitError),
        (500, openai.InternalServerError, anthropic.InternalServerError),
        (529, openai.InternalServerError, anthropic.InternalServerError),
    ],
    ids=str,
)
async def test_error_classes(
    gpt: openai.AsyncOpenAI,
    claude: anthropic.AsyncAnthropic,
    status: int,
    ours: type[openai.APIStatusError],
    theirs: type[anthropic.APIStatusError],
) -> None:
    """Every status is the exception that the SDK has for it, with a message to read."""
    model = f"demo@status-{status}"
    with pytest.raises(ours, match="demo upstream"):
        await gpt.chat.completions.create(model=model, messages=HELLO)
    with pytest.raises(ours, match="demo upstream"):
        await gpt.responses.create(model=model, input="hello", stream=True)
    with pytest.raises(theirs, match="demo upstream"):
        await claude.messages.create(model=model, messages=HELLO, max_tokens=9)


class TestRefusals:
    async def test_wrong_key(self, gpt: openai.AsyncOpenAI, claude: anthropic.AsyncAnthropic) -> None:
        """A key that the server was not given is a 401 in the dialect's own words."""
        with pytest.raises(openai.AuthenticationError) as ours:
            await gpt.with_options(api_key="sk-other").models.list()
        with pytest.raises(anthropic.AuthenticationError) as theirs:
            await claude.with_options(api_key="sk-other").messages.create(
                model="demo", max_tokens=9, messages=HELLO
            )

        assert ours.value.code == "invalid_api_key"
        assert theirs.value.type == "authentication_error"

    @pytest.mark.parametrize(
        ("members", "param"),
        [
            ({"messages": []}, "messages"),
            ({"messages": [{"role": 1}]}, "messages[0].role"),
            ({"n": 0}, "n"),
            ({"model": "demo@no-such-setting"}, "model"),
            ({"stream_options": {"include_usage": True}}, "stream_options"),
        ],
        ids=["empty", "wrong type", "no choices", "unknown setting", "stream options without a stream"],
    )
    async def test_bad_requests(self, gpt: openai.AsyncOpenAI, members: dict[str, Any], param: str) -> None:
        """A 400 names the field."""
        with pytest.raises(openai.BadRequestError) as caught:
            await gpt.chat.completions.create(**{"model": "demo", "messages": HELLO, **members})

        assert caught.value.param == param

    async def test_a_stream_that_fails(
        self, gpt: openai.AsyncOpenAI, claude: anthropic.AsyncAnthropic
    ) -> None:
        """An error event within a stream raises in both SDKs, after the words that came."""
        words: list[str] = []

        async def read_ours() -> None:
            async for chunk in await gpt.chat.completions.create(
                model="demo@error-mid", messages=HELLO, stream=True
            ):
                words.extend(choice.delta.content or "" for choice in chunk.choices)

        async def read_theirs() -> None:
            model = "demo@error-after-200-529"
            await anext(
                aiter(await claude.messages.create(model=model, max_tokens=99, messages=HELLO, stream=True))
            )

        with pytest.raises(openai.APIError, match="demo upstream"):
            await read_ours()
        with pytest.raises(anthropic.APIStatusError, match="demo upstream"):
            await read_theirs()

        assert "".join(words) == "This is Oblivious' demo upstream: no model has read"

    async def test_unknown_path(self, gpt: openai.AsyncOpenAI) -> None:
        """What is not there is a 404."""
        with pytest.raises(openai.NotFoundError):
            await gpt.post("/nowhere", cast_to=object)
