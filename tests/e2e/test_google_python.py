"""Google's own SDK for Python takes the gateway for Gemini."""

from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from oblivious.demo.words import STATEMENT, THOUGHT
from tests.gateways.answers import google_parts
from tests.gateways.gateway import Gateway
from tests.gateways.world import ANTHROPIC_ONLY, CHAT, CHAT_ONLY, GEMINI_ONLY, MAPPED, OPENAI_ONLY, faulty

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = types.FunctionDeclaration(name="get_weather", parameters_json_schema=SCHEMA)
TOOLS = types.GenerateContentConfig(
    tools=[types.Tool(function_declarations=[WEATHER])],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
)
THINKING = types.GenerateContentConfig(
    thinking_config=types.ThinkingConfig(include_thoughts=True, thinking_budget=2_000)
)
SERVED = [CHAT, MAPPED, GEMINI_ONLY, OPENAI_ONLY, ANTHROPIC_ONLY, CHAT_ONLY]
Client = genai.client.AsyncClient


@pytest.fixture
def gateway(embedded: Gateway) -> Gateway:
    """One kind of gateway shows it."""
    return embedded


@pytest.mark.parametrize("model", SERVED)
class TestWherever:
    """Whatever dialect the model is served in."""

    async def test_json(self, gemini: Client, model: str) -> None:
        """The words, a reason to stop, usage, and the model as the client calls it."""
        kind = types.GenerateContentConfig(system_instruction="Be kind.")
        answer = await gemini.models.generate_content(model=model, contents="hello there", config=kind)

        (candidate,) = answer.candidates or []
        assert (answer.text, candidate.finish_reason) == (STATEMENT, types.FinishReason.STOP)
        assert answer.model_version == model
        assert answer.usage_metadata is not None
        assert answer.usage_metadata.candidates_token_count == 18

    async def test_stream(self, gemini: Client, model: str) -> None:
        """The words in pieces, the usage with the last one."""
        stream = await gemini.models.generate_content_stream(model=model, contents="hello there")
        chunks = [chunk async for chunk in stream]

        assert "".join(chunk.text or "" for chunk in chunks) == STATEMENT
        assert chunks[-1].usage_metadata is not None
        assert chunks[-1].usage_metadata.candidates_token_count == 18

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_tools_round_trip(self, gemini: Client, model: str, *, streamed: bool) -> None:
        """A call, and the words after its result; what the model signed goes back with it."""
        asked = types.UserContent("What does get_weather say of Paris?")
        parts = await google_parts(gemini, streamed=streamed, model=model, contents=asked, config=TOOLS)
        (call,) = (part.function_call for part in parts if part.function_call)
        answer = types.FunctionResponse(id=call.id, name=call.name, response={"result": "sunny"})
        turns = [asked, types.ModelContent(parts), types.UserContent(types.Part(function_response=answer))]
        after = await gemini.models.generate_content(model=model, contents=turns, config=TOOLS)

        assert (call.name, call.args) == ("get_weather", {"city": "demo"})
        assert after.text == STATEMENT

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    async def test_thinking(self, gemini: Client, model: str, *, streamed: bool) -> None:
        """Thoughts are parts of their own, and not in the text."""
        if streamed:
            stream = await gemini.models.generate_content_stream(
                model=model, contents="hello", config=THINKING
            )
            parts = [part async for chunk in stream for part in chunk.parts or []]
        else:
            whole = await gemini.models.generate_content(model=model, contents="hello", config=THINKING)
            parts = list(whole.parts or [])

        assert "".join(part.text or "" for part in parts if part.thought) == THOUGHT
        assert "".join(part.text or "" for part in parts if not part.thought) == STATEMENT


class TestTheRest:
    @pytest.mark.parametrize("model", [CHAT, GEMINI_ONLY, OPENAI_ONLY])
    async def test_count_tokens(self, gemini: Client, model: str) -> None:
        """By the upstream where it can, else by length."""
        counted = await gemini.models.count_tokens(model=model, contents="hello there")

        assert counted.total_tokens is not None
        assert 0 < counted.total_tokens < 100

    async def test_embeddings(self, gemini: Client) -> None:
        """Several at once."""
        answer = await gemini.models.embed_content(model="demo-embedding", contents=["one", "two"])

        assert len(answer.embeddings or []) == 2

    async def test_models(self, gemini: Client) -> None:
        """In Google's shape."""
        listed = [model.name async for model in await gemini.models.list()]

        assert f"models/{CHAT}" in listed

    @pytest.mark.parametrize(
        ("model", "code"),
        [
            (faulty("status-400"), 400),
            (faulty("status-429"), 429),
            (faulty("status-503"), 503),
            ("no-such-model", 404),
        ],
    )
    async def test_errors(self, gemini: Client, model: str, code: int) -> None:
        """As the SDK's own exceptions."""
        with pytest.raises(errors.APIError) as caught:
            await gemini.models.generate_content(model=model, contents="hello")

        assert caught.value.code == code

    async def test_an_array_where_no_events_were_asked_for(self, embedded: Gateway, http: Any) -> None:
        """One list that grows, whoever serves the model."""
        for model in (GEMINI_ONLY, ANTHROPIC_ONLY):
            answer = await http.post(
                f"{embedded.url}/v1beta/models/{model}:streamGenerateContent",
                json={"contents": [{"role": "user", "parts": [{"text": "hello"}]}]},
                headers={"x-goog-api-key": embedded.key},
            )
            pieces = answer.json()
            parts = [part for piece in pieces for part in piece["candidates"][0]["content"]["parts"]]

            assert answer.headers["content-type"] == "application/json"
            assert len(pieces) > 3
            assert "".join(part.get("text", "") for part in parts) == STATEMENT
