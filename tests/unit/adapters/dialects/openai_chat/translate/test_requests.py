"""Requests of chat completions to neutral chat and back."""

import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.parts import (
    Audio,
    CacheMark,
    File,
    Image,
    Opaque,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.chat.state import State, written
from oblivious.adapters.chat.treatment import TREATED
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.adapters.dialects.openai_chat.face import OpenAIChat
from oblivious.adapters.dialects.openai_chat.translate.face import CHAT_CLIENT, CHAT_UPSTREAM
from oblivious.adapters.dialects.openai_chat.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import InvalidRequest

USER = {"role": "user", "content": "hi"}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
PNG = "data:image/png;base64,aGk="


def read(**members: Any) -> ChatRequest:
    """Read what a client sends."""
    body = json.dumps({"model": "m", "messages": [USER], **members}).encode()
    return CHAT_CLIENT.read_request(OpenAIChat().envelope(CHAT, body))[0]


def turns(*messages: dict[str, Any]) -> tuple[Turn, ...]:
    return read(messages=list(messages)).turns


def write(request: ChatRequest, provider: str = "openai") -> dict[str, Any]:
    """Write for an upstream; return its body."""
    body: dict[str, Any] = json.loads(
        CHAT_UPSTREAM.write_request(request, Target(PROVIDERS[provider], "up")).body
    )
    return body


def asked(*said: Turn, **members: Any) -> ChatRequest:
    return ChatRequest(
        origin="elsewhere", model="m", turns=said or (Turn("user", (Text(text="hi"),)),), **members
    )


PARTS = [
    pytest.param({"type": "text", "text": "a"}, Text(text="a"), id="text"),
    pytest.param(
        {"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
        Text(text="a", cache=CacheMark("1h")),
        id="a cache mark of Anthropic's",
    ),
    pytest.param(
        {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
        Image(source=Source(data="aGk=", media_type="image/png"), detail="low"),
        id="an image as data",
    ),
    pytest.param(
        {"type": "image_url", "image_url": {"url": "https://a.test/b.png"}},
        Image(source=Source(url="https://a.test/b.png")),
        id="an image elsewhere",
    ),
    pytest.param(
        {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "mp3"}},
        Audio(source=Source(data="aGk=", media_type="audio/mp3"), format="mp3"),
        id="audio",
    ),
    pytest.param(
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,aGk="}},
        File(source=Source(data="aGk=", media_type="application/pdf"), name="a.pdf"),
        id="a file as data",
    ),
    pytest.param(
        {"type": "file", "file": {"file_data": "aGk="}},
        File(source=Source(data="aGk=", media_type="application/pdf")),
        id="a file as bare base64",
    ),
    pytest.param(
        {"type": "file", "file": {"file_id": "f1"}}, File(source=Source(file_id="f1")), id="a file by id"
    ),
    pytest.param(
        {"type": "document_url", "document_url": "https://a.test/b.pdf", "document_name": "b"},
        File(source=Source(url="https://a.test/b.pdf", media_type="application/pdf"), name="b"),
        id="a document of Mistral's",
    ),
    pytest.param(
        {"type": "video_url", "video_url": {"url": "https://a.test/b.mp4"}},
        Video(source=Source(url="https://a.test/b.mp4")),
        id="a video",
    ),
]


class TestReading:
    @pytest.mark.parametrize(("written_as", "part"), PARTS)
    def test_parts(self, written_as: dict[str, Any], part: Any) -> None:
        """Every kind that clients send."""
        assert turns({"role": "user", "content": [written_as]}) == (Turn("user", (part,)),)

    def test_a_tool_loop(self) -> None:
        """Calls, their results, and what the model thought before."""
        state = State("anthropic", "sig")
        found = turns(
            {"role": "system", "content": "be brief"},
            USER,
            {
                "role": "assistant",
                "content": None,
                "reasoning_content": "hm",
                "reasoning_details": [
                    {"type": "reasoning.text", "text": "", "signature": written(state, "")}
                ],
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}},
                    {"id": "c2", "type": "custom", "custom": {"name": "g", "input": "free"}},
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
            {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": "x"}]},
        )

        assert found == (
            Turn("system", (Text(text="be brief"),)),
            Turn("user", (Text(text="hi"),)),
            Turn(
                "assistant",
                (
                    Reasoning(text="hm", state=state),
                    ToolCall(id="c1", name="f", arguments='{"a":1}'),
                    ToolCall(id="c2", name="g", arguments="free", custom=True),
                ),
            ),
            Turn("user", (ToolResult(call_id="c1", content=(Text(text="sunny"),)),)),
            Turn("user", (ToolResult(call_id="c2", content=(Text(text="x"),)),)),
        )

    def test_an_answer_comes_back_as_its_vendor_wrote_it(self) -> None:
        """With thoughts among its words, as Mistral has them, and empty members, as Snowflake has them."""
        thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
        nothing = {"name": "", "arguments": ""}
        call = {"id": "c1", "function": {"name": "f", "arguments": "{}"}, "custom": {"name": "", "input": ""}}
        (said,) = turns(
            {
                "role": "assistant",
                "content": [thought, {"type": "text", "text": "a"}],
                "function_call": nothing,
                "audio": {"id": ""},
                "tool_calls": [call],
            }
        )

        assert said.parts == (
            Reasoning(text="hm"),
            Text(text="a"),
            ToolCall(id="c1", name="f", arguments="{}"),
        )

    @pytest.mark.parametrize("content", [None, "", []], ids=["null", "empty", "no parts"])
    def test_an_assistant_may_have_said_nothing(self, content: Any) -> None:
        """Clients write it in all these ways."""
        assert turns(USER, {"role": "assistant", "content": content, "refusal": None}, USER)[1].parts == ()

    @pytest.mark.parametrize(
        ("members", "field", "value"),
        [
            ({"temperature": 0.5}, "temperature", 0.5),
            ({"stop": "x"}, "stop", ("x",)),
            ({"stop": ["x", "y"]}, "stop", ("x", "y")),
            ({"max_tokens": 7}, "max_output_tokens", 7),
            ({"reasoning_effort": "low"}, "thinking", Thinking(effort="low")),
            (
                {"reasoning": {"max_tokens": 2000, "exclude": True}},
                "thinking",
                Thinking(budget=2000, shown="omitted"),
            ),
            ({"logprobs": True, "top_logprobs": 3}, "logprobs", 3),
            ({"logprobs": False}, "logprobs", None),
            ({"parallel_tool_calls": False}, "parallel_tools", False),
            ({"prompt_cache_key": "k"}, "cache_key", "k"),
            ({"safety_identifier": "u"}, "user", "u"),
            ({"tool_choice": "required"}, "tool_choice", ToolChoice("required")),
            ({"tool_choice": "any"}, "tool_choice", ToolChoice("required")),
            (
                {"tool_choice": {"type": "function", "function": {"name": "f"}}},
                "tool_choice",
                ToolChoice("named", ("f",)),
            ),
            ({"function_call": {"name": "f"}}, "tool_choice", ToolChoice("named", ("f",))),
            ({"response_format": {"type": "json_object"}}, "format", Format("json_object")),
            ({"response_format": {"type": "text"}}, "format", None),
            (
                {"web_search_options": {"search_context_size": "low"}},
                "tools",
                (Tool("hosted", "web_search", origin=OPENAI_CHAT, native={"search_context_size": "low"}),),
            ),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_parameters(self, members: dict[str, Any], field: str, value: Any) -> None:
        """Each under its neutral name."""
        assert getattr(read(**members), field) == value

    def test_what_is_unknown_is_kept_apart(self) -> None:
        """It stays in its own dialect."""
        assert read(min_p=0.1).extra == {"min_p": msgspec.Raw(b"0.1")}

    @pytest.mark.parametrize(
        ("members", "field"),
        [
            ({"messages": ["x"]}, "messages[0]"),
            ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
            ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
            ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, "messages[0].content[0].type"),
            ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].tool_call_id"),
            ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function.name"),
            ({"tools": {}}, "tools"),
            ({"tool_choice": "maybe"}, "tool_choice"),
            ({"response_format": {"type": "yaml"}}, "response_format.type"),
            ({"temperature": "hot"}, "temperature"),
            ({"seed": 0.5}, "seed"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_what_is_wrong_is_named(self, members: dict[str, Any], field: str) -> None:
        """By its place."""
        with pytest.raises(InvalidRequest) as refused:
            read(**members)

        assert refused.value.param == field


class TestWriting:
    def test_the_table_is_complete(self) -> None:
        """No member is forgotten."""
        assert TREATMENTS.keys() == TREATED

    def test_a_tool_loop(self) -> None:
        """Results are messages of their own; what a tool shows is shown by the user."""
        shown = Image(source=Source(url="https://a.test/b.png"))
        body = write(
            asked(
                Turn("developer", (Text(text="be brief"),)),
                Turn("assistant", (Reasoning(text="hm"), ToolCall(id="c 1", name="f"))),
                Turn("user", (ToolResult(call_id="c 1", content=(Text(text="ok"), shown)), Text(text="so?"))),
            ),
            "deepseek",
        )
        system, assistant, tool, user = body["messages"]
        (call,) = assistant["tool_calls"]

        assert system == {"role": "system", "content": "be brief"}
        assert (assistant["content"], assistant["reasoning_content"]) == (None, "hm")
        assert call["function"] == {"name": "f", "arguments": "{}"}
        assert tool == {"role": "tool", "tool_call_id": call["id"], "content": "ok"}
        assert " " not in call["id"]
        assert [part["type"] for part in user["content"]] == ["image_url", "text"]

    @pytest.mark.parametrize(
        ("provider", "cap", "role"),
        [("openai", "max_completion_tokens", "developer"), ("groq", "max_tokens", "system")],
    )
    def test_vendors_differ(self, provider: str, cap: str, role: str) -> None:
        """By what their row says."""
        body = write(asked(Turn("developer", (Text(text="x"),)), max_output_tokens=9), provider)

        assert (body[cap], body["messages"][0]["role"]) == (9, role)

    def test_a_stream_always_tells_its_usage(self) -> None:
        """It is what the bill is made from."""
        assert write(asked(stream=True))["stream_options"] == {"include_usage": True}
        assert "stream_options" not in write(asked(stream=True), "mistral")

    def test_what_another_dialect_keeps_for_itself_is_left_out(self) -> None:
        """Foreign state and foreign items never go up."""
        said = (
            Reasoning(text="hm", state=State("anthropic", "s")),
            Opaque(origin="gemini", kind="x", value={}),
        )
        body = write(asked(Turn("assistant", (*said, Text(text="a"))), Turn("user", (Text(text="b"),))))

        assert body["messages"][0] == {"role": "assistant", "content": "a"}

    def test_what_is_dropped_is_told(self) -> None:
        """By its neutral name; unknown members of another dialect too."""
        out = CHAT_UPSTREAM.write_request(
            asked(top_k=4, extra={"odd": msgspec.Raw(b"1")}), Target(PROVIDERS["openai"], "up")
        )

        assert out.plan.dropped == ["top_k", "odd"]

    @pytest.mark.parametrize(
        "part",
        [
            File(source=Source(url="https://a.test/b.pdf")),
            Audio(source=Source(url="https://a.test/b.mp3")),
            Image(source=Source(file_id="f1")),
        ],
        ids=lambda part: type(part).__name__,
    )
    def test_what_cannot_be_said_is_refused(self, part: Any) -> None:
        """Better than an answer to something else."""
        with pytest.raises(InvalidRequest):
            write(asked(Turn("user", (part,))))

    def test_a_hosted_tool_that_chat_has_not_is_refused_by_name(self) -> None:
        """Nobody else could run it."""
        with pytest.raises(InvalidRequest, match="'code_execution'"):
            write(asked(tools=(Tool("hosted", "code_execution", origin="anthropic"),)))

    def test_refusals_are_given_back(self) -> None:
        """In their own place."""
        body = write(asked(Turn("assistant", (Refusal(text="no"),))))

        assert body["messages"] == [{"role": "assistant", "content": "", "refusal": "no"}]
