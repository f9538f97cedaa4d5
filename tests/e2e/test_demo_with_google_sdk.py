"""Google's own SDK takes the demo upstream for Gemini."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from oblivious.demo import DemoOptions, DemoUpstream
from oblivious.demo.words import STATEMENT, THOUGHT
from tests.gateways.answers import google_client, google_parts

KEY = "demo-key"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = types.FunctionDeclaration(name="get_weather", parameters_json_schema=SCHEMA)
TIME = types.FunctionDeclaration(name="get_time")
TOOLS = types.GenerateContentConfig(
    tools=[types.Tool(function_declarations=[WEATHER, TIME])],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
)
THINKING = types.GenerateContentConfig(thinking_config=types.ThinkingConfig(include_thoughts=True))


@pytest.fixture
async def upstream() -> AsyncIterator[DemoUpstream]:
    demo = DemoUpstream(DemoOptions(api_keys=(KEY,)))
    await demo.start()
    yield demo
    await demo.stop()


@pytest.fixture
async def gemini(upstream: DemoUpstream) -> AsyncIterator[genai.client.AsyncClient]:
    async with google_client(upstream.url, KEY) as client:
        yield client


async def words_of(gemini: genai.client.AsyncClient, model: str) -> str:
    stream = await gemini.models.generate_content_stream(model=model, contents="hello")
    return "".join([chunk.text or "" async for chunk in stream])


class TestGemini:
    async def test_json(self, gemini: genai.client.AsyncClient) -> None:
        """An answer has words, a reason to stop and usage; a cap cuts it."""
        kind = types.GenerateContentConfig(system_instruction="Be kind.")
        whole = await gemini.models.generate_content(model="demo", contents="hello there", config=kind)
        cap = types.GenerateContentConfig(max_output_tokens=3)
        cut = await gemini.models.generate_content(model="demo", contents="hello there", config=cap)

        (candidate,) = whole.candidates or []
        assert (whole.text, candidate.finish_reason) == (STATEMENT, types.FinishReason.STOP)
        assert whole.usage_metadata is not None
        usage = whole.usage_metadata
        assert (usage.prompt_token_count, usage.candidates_token_count) == (4, 18)
        assert [one.finish_reason for one in cut.candidates or []] == [types.FinishReason.MAX_TOKENS]

    async def test_stream(self, gemini: genai.client.AsyncClient) -> None:
        """The words come one by one, thoughts first, and the usage is whole at the end."""
        stream = await gemini.models.generate_content_stream(
            model="demo", contents="hello there", config=THINKING
        )
        chunks = [chunk async for chunk in stream]
        parts = [part for chunk in chunks for part in chunk.parts or []]

        assert "".join(part.text or "" for part in parts if part.thought) == THOUGHT
        assert "".join(part.text or "" for part in parts if not part.thought) == STATEMENT
        assert len(chunks) == 31
        assert (parts[-1].thought_signature or b"").startswith(b"demo-")
        usage = chunks[-1].usage_metadata
        assert usage is not None
        assert (usage.thoughts_token_count, usage.candidates_token_count) == (12, 18)

    async def test_thinking(self, gemini: genai.client.AsyncClient) -> None:
        """Thoughts are parts of their own, and not in the text."""
        answer = await gemini.models.generate_content(model="demo", contents="hello", config=THINKING)

        assert [part.thought for part in answer.parts or []] == [True, None]
        assert answer.text == STATEMENT

    @pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
    async def test_tools_round_trip(self, gemini: genai.client.AsyncClient, *, streamed: bool) -> None:
        """Calls come back with their signature and results, and are answered in words."""
        asked = types.UserContent("What do get_weather and get_time say?")
        parts = await google_parts(gemini, streamed=streamed, model="demo", contents=asked, config=TOOLS)
        calls = [part.function_call for part in parts if part.function_call]
        results = [
            types.Part.from_function_response(name=call.name or "", response={"result": "sunny"})
            for call in calls
        ]
        turns: Any = [asked, types.ModelContent(parts), types.UserContent(results)]
        after = await gemini.models.generate_content(model="demo", contents=turns, config=TOOLS)
        for part in parts:
            part.thought_signature = None

        assert [(call.name, call.args) for call in calls] == [
            ("get_weather", {"city": "demo"}),
            ("get_time", {}),
        ]
        assert after.text == STATEMENT
        with pytest.raises(errors.ClientError, match="thought_signature"):
            await gemini.models.generate_content(model="demo", contents=turns, config=TOOLS)

    async def test_json_schema(self, gemini: genai.client.AsyncClient) -> None:
        """An answer that has to fit a schema does."""
        config = types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema=SCHEMA
        )
        answer = await gemini.models.generate_content(model="demo", contents="hello", config=config)

        assert answer.parsed == {"city": "demo"}

    async def test_count_and_embed(self, gemini: genai.client.AsyncClient) -> None:
        """Counting gives the number of the usage; every text has its vector."""
        counted = await gemini.models.count_tokens(model="demo", contents="hello there")
        config = types.EmbedContentConfig(output_dimensionality=8)
        embedded = await gemini.models.embed_content(model="demo", contents=["one", "two"], config=config)

        assert counted.total_tokens == 2
        assert [len(one.values or []) for one in embedded.embeddings or []] == [8, 8]

    async def test_models(self, gemini: genai.client.AsyncClient) -> None:
        """The SDK lists the models that the others list; any name is a model."""
        listed = [model.name async for model in await gemini.models.list()]

        assert listed == ["models/demo-chat", "models/demo-embedding", "models/demo-moderation"]
        assert (await gemini.models.get(model="any")).name == "models/any"

    @pytest.mark.parametrize(
        ("status", "raised", "name"),
        [
            (400, errors.ClientError, "INVALID_ARGUMENT"),
            (403, errors.ClientError, "PERMISSION_DENIED"),
            (429, errors.ClientError, "RESOURCE_EXHAUSTED"),
            (500, errors.ServerError, "INTERNAL"),
            (503, errors.ServerError, "UNAVAILABLE"),
        ],
        ids=str,
    )
    async def test_error_classes(
        self, gemini: genai.client.AsyncClient, status: int, raised: type[errors.APIError], name: str
    ) -> None:
        """A status is the exception that the SDK has for it, whole, streamed or in mid-stream."""
        with pytest.raises(raised, match="demo upstream") as whole:
            await gemini.models.generate_content(model=f"demo@status-{status}", contents="hello")
        with pytest.raises(raised, match="demo upstream") as streamed:
            await words_of(gemini, f"demo@status-{status}")
        with pytest.raises(raised, match="demo upstream") as broken:
            await words_of(gemini, f"demo@error-mid-{status}")

        caught = [one.value for one in (whole, streamed, broken)]
        assert [(error.code, error.status) for error in caught] == [(status, name)] * 3

    async def test_wrong_key(self, upstream: DemoUpstream) -> None:
        """A key that the server was not given is a bad request, as with Google."""
        options = types.HttpOptions(base_url=upstream.url)
        async with genai.Client(api_key="other", http_options=options).aio as stranger:
            with pytest.raises(errors.ClientError, match="API_KEY_INVALID") as caught:
                await stranger.models.generate_content(model="demo", contents="hello")

        assert caught.value.code == 400
