"""Streams and responses as the official SDK reads them."""

import json
from collections.abc import Iterable
from typing import Any

import httpx2
from openai import OpenAI
from openai.types.responses import Response, ResponseFunctionToolCall, ResponseStreamEvent
from pydantic import TypeAdapter

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Finished,
    Given,
    Grown,
    Opened,
    Signed,
)
from oblivious.adapters.chat.parts import (
    Citation,
    Image,
    Part,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
)
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice, Turn
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from oblivious.adapters.dialects.openai_responses.face import OpenAIResponses
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_CLIENT
from oblivious.contracts.usage import Usage
from tests.fakes.events import parsed

EVENT: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)
ASKED: dict[str, Any] = {
    "model": "public",
    "input": "hi",
    "instructions": "be brief",
    "stream": True,
    "include": ["reasoning.encrypted_content"],
    "tools": [
        {
            "type": "function",
            "name": "f",
            "description": "d",
            "parameters": {"type": "object"},
            "strict": False,
        },
        {"type": "function", "name": "bare"},
        {"type": "custom", "name": "g", "format": {"type": "grammar", "syntax": "lark", "definition": "s"}},
        {
            "type": "namespace",
            "name": "files",
            "description": "Files.",
            "tools": [{"type": "function", "name": "read", "parameters": {}, "strict": True}],
        },
        {"type": "web_search"},
    ],
    "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]},
    "parallel_tool_calls": False,
    "text": {
        "format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}},
        "verbosity": "low",
    },
    "reasoning": {"effort": "high", "summary": "auto"},
    "temperature": 0.5,
    "top_p": 0.9,
    "max_output_tokens": 100,
    "max_tool_calls": 3,
    "truncation": "auto",
    "top_logprobs": 2,
    "metadata": {"a": "b"},
    "store": True,
    "service_tier": "flex",
    "safety_identifier": "u",
    "prompt_cache_key": "k",
    "prompt_cache_retention": "24h",
}


def plan(*, wants_state: bool = True, exchange_id: str = "x1", **members: Any) -> ClientPlan:
    """Return what a small request leaves for its answer."""
    request = ChatRequest(**{"origin": OPENAI_RESPONSES, "model": "public", "turns": (), **members})
    return ClientPlan(request, wants_state=wants_state, exchange_id=exchange_id, created=7)


def stream(events: Iterable[ChatEvent], told_to: ClientPlan | None = None) -> bytes:
    """Return what the client gets."""
    encoder = RESPONSES_CLIENT.encoder(told_to or plan())
    return b"".join(encoder.feed(event) for event in events)


def encoded(*events: ChatEvent, told_to: ClientPlan | None = None) -> list[dict[str, Any]]:
    """Return the events, each seen to be named, numbered and as typed clients expect it."""
    found: list[dict[str, Any]] = []
    for number, (name, data) in enumerate(parsed(stream(events, told_to))):
        event = json.loads(data)
        EVENT.validate_json(data, strict=True)
        assert (event["type"], event["sequence_number"]) == (name, number)
        found.append(event)
    return found


def items(events: Iterable[dict[str, Any]]) -> list[Any]:
    """Return the complete items."""
    return [event["item"] for event in events if event["type"] == "response.output_item.done"]


def spoken(part: int, value: Part, *words: str, closed: bool = True) -> list[ChatEvent]:
    """Return the events of a part."""
    grown: list[ChatEvent] = [Grown(0, part, word) for word in words]
    return [Opened(0, part, value), *grown, *([Closed(0, part)] if closed else [])]


CALL = ToolCall(id="c1", name="f")
EVERYTHING: list[ChatEvent] = [
    Begun("upstream-1"),
    Opened(0, 0, Reasoning()),
    Grown(0, 0, "h"),
    Grown(0, 0, "m"),
    Signed(0, 0, State("anthropic", "sig")),
    Closed(0, 0),
    *spoken(1, Text(), "Hel", "lo", closed=False),
    Cited(0, 1, Citation(url="https://a.test", title="A")),
    Closed(0, 1),
    *spoken(2, CALL, '{"a":', "1}"),
    *spoken(3, ToolCall(id="c2", name="g", custom=True), "free"),
    *spoken(4, ToolCall(id="c3", name="files__read")),
    *spoken(5, Refusal(), "no"),
    Given(0, 6, Image(source=Source(data="aGk=", media_type="image/png"))),
    Counted(Usage(9, 5, 3, 1, 2, 4, searches=1)),
    Finished(0, Finish.TOOL_CALLS),
    Ended(),
]


def asked() -> ClientPlan:
    """Return what a request that asks for everything leaves for its answer."""
    request, told_to = RESPONSES_CLIENT.read_request(
        OpenAIResponses().envelope(RESPONSES, json.dumps(ASKED).encode())
    )
    return ClientPlan(request, told_to.wants_usage, told_to.wants_state, exchange_id="x1", created=7)


class TestTheSdk:
    def test_everything_validates(self) -> None:
        """Every event and both ends of the response, with all that was asked for told back."""
        found = encoded(*EVERYTHING, told_to=asked())
        response = Response.model_validate_json(json.dumps(found[-1]["response"]), strict=True)

        assert [type(tool).__name__ for tool in response.tools] == [
            "FunctionTool",
            "FunctionTool",
            "CustomTool",
            "NamespaceTool",
            "WebSearchTool",
        ]
        echoed = {
            name: found[-1]["response"][name]
            for name in ASKED
            if name not in ("input", "stream", "include", "tools", "reasoning")
        }
        assert echoed == {name: ASKED[name] for name in echoed}
        assert found[-1]["response"]["tools"][3] == ASKED["tools"][3]
        assert found[0]["response"]["instructions"] == "be brief"

    def test_a_call_into_a_namespace_names_it(self) -> None:
        """The client knows its tools by two names."""
        call = items(encoded(*EVERYTHING, told_to=asked()))[4]

        assert (call["name"], call["namespace"], call["arguments"]) == ("read", "files", "{}")

    def test_a_plan_of_another_dialect_validates_too(self) -> None:
        """What has no shape here is left out of the echo."""
        told_to = plan(
            origin="anthropic",
            turns=(Turn("system", (Text(text="a"),)),),
            tools=(
                Tool(kind="function", name="f", more={"namespace": 3}),
                Tool(kind="hosted", name="memory", origin="anthropic", native={}),
            ),
            tool_choice=ToolChoice("named", ("f",)),
            service_tier="standard_only",
        )

        assert encoded(*EVERYTHING, told_to=told_to)[-1]["response"]["tools"][0]["name"] == "f"

    def test_ids_are_short_enough(self) -> None:
        """64 characters, whatever the exchange is called."""
        found = encoded(*EVERYTHING, told_to=plan(exchange_id="x" * 80))

        assert max(len(item["id"]) for item in items(found)) <= 64

    def test_its_stream_helper_puts_the_response_together(self) -> None:
        """It checks that items, indexes and identities fit each other."""
        body = stream(EVERYTHING, asked())
        answers = httpx2.MockTransport(
            lambda _: httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=body)
        )
        client = OpenAI(
            api_key="k", base_url="http://gateway.test/v1", http_client=httpx2.Client(transport=answers)
        )
        with client, client.responses.stream(model="public", input="hi") as events:
            for _ in events:
                pass
            final = events.get_final_response()

        assert final.output_text == "Hello"
        calls = [item for item in final.output if isinstance(item, ResponseFunctionToolCall)]
        assert [call.arguments for call in calls] == ['{"a":1}', "{}"]
        assert final.usage is not None
        assert final.usage.input_tokens_details.cache_write_tokens == 3
