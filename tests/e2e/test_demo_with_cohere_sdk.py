"""Cohere's own SDK takes the demo upstream for Cohere."""

import base64
import json
import struct
from collections.abc import AsyncIterator
from typing import Any

import cohere
import pytest
from cohere.core import ApiError

from oblivious.demo import DemoOptions, DemoUpstream
from oblivious.demo.words import STATEMENT, THOUGHT

KEY = "demo-key"
HELLO: Any = [{"role": "user", "content": "hello there"}]
ASKING: Any = [{"role": "user", "content": "What do get_weather and get_time say?"}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: Any = [
    {"type": "function", "function": {"name": "get_weather", "parameters": SCHEMA}},
    {"type": "function", "function": {"name": "get_time", "parameters": {"type": "object"}}},
]
THINKING = cohere.Thinking(type="enabled", token_budget=100)


@pytest.fixture
async def upstream() -> AsyncIterator[DemoUpstream]:
    demo = DemoUpstream(DemoOptions(api_keys=(KEY,)))
    await demo.start()
    yield demo
    await demo.stop()


@pytest.fixture
async def client(upstream: DemoUpstream) -> AsyncIterator[cohere.AsyncClientV2]:
    async with cohere.AsyncClientV2(api_key=KEY, base_url=upstream.url, max_retries=0) as client:
        yield client


async def heard(client: cohere.AsyncClientV2, model: str = "demo", **asked: Any) -> list[Any]:
    return [event async for event in client.chat_stream(model=model, **asked)]


async def answered(client: cohere.AsyncClientV2, **asked: Any) -> Any:
    """Ask, and say nothing of the type: the SDK's has every member optional."""
    return await client.chat(model="demo", **asked)


def said(events: list[Any], kind: str) -> str:
    """Put the pieces of words or thoughts together."""
    deltas = [event.delta.message.content for event in events if event.type == "content-delta"]
    return "".join(getattr(delta, kind) or "" for delta in deltas)


class TestChat:
    async def test_json(self, client: cohere.AsyncClientV2) -> None:
        """An answer has words, a reason to end, and what is billed; a cap cuts it."""
        system: Any = [{"role": "system", "content": "Be kind."}, *HELLO]
        whole = await answered(client, messages=system)
        cut = await answered(client, messages=HELLO, max_tokens=3)

        assert [(block.type, block.text) for block in whole.message.content] == [("text", STATEMENT)]
        assert (whole.finish_reason, cut.finish_reason) == ("COMPLETE", "MAX_TOKENS")
        billed, tokens = whole.usage.billed_units, whole.usage.tokens
        assert (billed.input_tokens, billed.output_tokens, tokens.input_tokens) == (4, 18, 11)

    async def test_stream(self, client: cohere.AsyncClientV2) -> None:
        """The words come one by one, thoughts first, and the usage with the last event."""
        events = await heard(client, messages=HELLO, thinking=THINKING)

        assert (said(events, "thinking"), said(events, "text")) == (THOUGHT, STATEMENT)
        assert (events[0].type, events[-1].type) == ("message-start", "message-end")
        assert [event.index for event in events if event.type == "content-end"] == [0, 1]
        assert events[-1].delta.finish_reason == "COMPLETE"
        assert events[-1].delta.usage.billed_units.output_tokens == 30

    async def test_thinking(self, client: cohere.AsyncClientV2) -> None:
        """Thoughts are a content of their own."""
        answer = await answered(client, messages=HELLO, thinking=THINKING)
        thoughts, words = answer.message.content

        assert (thoughts.type, thoughts.thinking) == ("thinking", THOUGHT)
        assert (words.type, words.text) == ("text", STATEMENT)

    @pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
    async def test_tools_round_trip(self, client: cohere.AsyncClientV2, *, streamed: bool) -> None:
        """Calls come with their plan, and their results are answered in words that name them."""
        asked: Any = {"messages": ASKING, "tools": TOOLS, "thinking": THINKING}
        if streamed:
            plan, calls = put_together(await heard(client, **asked))
        else:
            message = (await answered(client, **asked)).message
            plan, calls = message.tool_plan, [call.model_dump() for call in message.tool_calls]
        results = [{"role": "tool", "tool_call_id": call["id"], "content": "sunny"} for call in calls]
        turns: Any = [*ASKING, {"role": "assistant", "tool_plan": plan, "tool_calls": calls}, *results]
        after = await answered(client, messages=turns, tools=TOOLS)

        called = [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls]
        assert (plan, called) == (THOUGHT, [("get_weather", {"city": "demo"}), ("get_time", {})])
        assert after.message.content[0].text == STATEMENT
        (citation,) = after.message.citations
        assert [source.type for source in citation.sources] == ["tool"]
        with pytest.raises(cohere.BadRequestError, match="tool call id not found"):
            await answered(client, messages=[*ASKING, *results], tools=TOOLS)

    async def test_a_tool_can_be_forced(self, client: cohere.AsyncClientV2) -> None:
        """Or forbidden."""
        forced = await answered(client, messages=HELLO, tools=TOOLS, tool_choice="REQUIRED")
        words = await answered(client, messages=ASKING, tools=TOOLS, tool_choice="NONE")

        assert forced.finish_reason == "TOOL_CALL"
        assert words.finish_reason == "COMPLETE"

    @pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
    async def test_citations(self, client: cohere.AsyncClientV2, *, streamed: bool) -> None:
        """What an answer takes from a document, it says."""
        data = {"title": "Manners", "snippet": "Say hello."}
        asked: Any = {"messages": HELLO, "documents": [{"id": "d1", "data": data}]}
        if streamed:
            events = await heard(client, **asked)
            citations = [event.delta.message.citations for event in events if event.type == "citation-start"]
        else:
            citations = (await answered(client, **asked)).message.citations
        (citation,) = citations
        (source,) = citation.sources

        assert (citation.start, citation.end, citation.text) == (0, 4, "This")
        assert (source.id, source.document) == ("d1", {"id": "d1", **data})

    async def test_json_schema(self, client: cohere.AsyncClientV2) -> None:
        """An answer that has to fit a schema does; beside tools none can be asked for."""
        wanted = cohere.JsonObjectResponseFormatV2(json_schema=SCHEMA)
        answer = await answered(client, messages=HELLO, response_format=wanted)

        assert json.loads(answer.message.content[0].text) == {"city": "demo"}
        with pytest.raises(cohere.BadRequestError, match="response_format"):
            await answered(client, messages=HELLO, response_format=wanted, tools=TOOLS)

    async def test_log_probabilities(self, client: cohere.AsyncClientV2) -> None:
        """Every word has its own."""
        answer = await answered(client, messages=HELLO, logprobs=True)

        assert "".join(item.text or "" for item in answer.logprobs) == STATEMENT


class TestEmbed:
    async def test_every_text_has_its_vector(self, client: cohere.AsyncClientV2) -> None:
        """In every form that is asked for."""
        answer: Any = await client.embed(
            model="demo",
            texts=["one", "two words"],
            input_type="search_document",
            embedding_types=["float", "int8", "uint8", "binary", "ubinary", "base64"],
            output_dimension=16,
        )
        found = answer.embeddings

        assert [len(values) for values in found.float_] == [16, 16]
        packed = [struct.unpack("<16f", base64.b64decode(text)) for text in found.base64]
        assert [list(values) for values in packed] == [pytest.approx(values) for values in found.float_]
        assert [len(values) for values in (found.binary) + (found.ubinary)] == [2] * 4
        assert [len(values) for values in (found.int8) + (found.uint8)] == [16] * 4
        assert answer.meta.billed_units.input_tokens == 3

    async def test_a_purpose_must_be_given(self, client: cohere.AsyncClientV2) -> None:
        """One that Cohere knows."""
        with pytest.raises(cohere.BadRequestError, match="input_type"):
            await client.embed(model="demo", texts=["one"], input_type="odd")


class TestModels:
    async def test_models(self, client: cohere.AsyncClientV2) -> None:
        """The SDK lists the models that the others list; any name is a model."""
        listed = await client.models.list()

        assert [model.name for model in listed.models] == ["demo-chat", "demo-embedding", "demo-moderation"]
        assert (await client.models.get("any")).name == "any"


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "raised"),
        [
            (400, cohere.BadRequestError),
            (401, cohere.UnauthorizedError),
            (403, cohere.ForbiddenError),
            (404, cohere.NotFoundError),
            (422, cohere.UnprocessableEntityError),
            (429, cohere.TooManyRequestsError),
            (498, cohere.InvalidTokenError),
            (500, cohere.InternalServerError),
            (503, cohere.ServiceUnavailableError),
            (504, cohere.GatewayTimeoutError),
        ],
        ids=str,
    )
    async def test_error_classes(
        self, client: cohere.AsyncClientV2, status: int, raised: type[ApiError]
    ) -> None:
        """A status is the exception that the SDK has for it, whole or streamed."""
        with pytest.raises(raised, match="demo upstream"):
            await client.chat(model=f"demo@status-{status}", messages=HELLO)
        with pytest.raises(raised, match="demo upstream"):
            await heard(client, f"demo@status-{status}", messages=HELLO)

    async def test_an_error_in_mid_stream(self, client: cohere.AsyncClientV2) -> None:
        """The last event says it: Cohere's SDK raises nothing then."""
        events = await heard(client, "demo@error-mid-500", messages=HELLO)

        assert (events[-1].type, events[-1].delta.finish_reason) == ("message-end", "ERROR")
        assert "demo upstream" in events[-1].delta.error

    async def test_wrong_key(self, upstream: DemoUpstream) -> None:
        """A key that the server was not given is refused."""
        async with cohere.AsyncClientV2(api_key="other", base_url=upstream.url) as stranger:
            with pytest.raises(cohere.UnauthorizedError, match="invalid api token"):
                await stranger.chat(model="demo", messages=HELLO)


def put_together(events: list[Any]) -> tuple[str, list[dict[str, Any]]]:
    """Return the plan and the calls of a stream."""
    plan = "".join(event.delta.message.tool_plan for event in events if event.type == "tool-plan-delta")
    started = [event.delta.message.tool_calls for event in events if event.type == "tool-call-start"]
    calls = [call.model_dump() for call in started]
    for event in events:
        if event.type == "tool-call-delta":
            more = event.delta.message.tool_calls.function.arguments
            calls[event.index]["function"]["arguments"] += more
    return plan, calls
