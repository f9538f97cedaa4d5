"""Tools for an upstream that speaks the Responses API."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import (
    Text,
    ToolCall,
)
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice, Turn
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from oblivious.adapters.dialects.openai_responses.face import OpenAIResponses
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_CLIENT, RESPONSES_UPSTREAM
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import InvalidRequest

HI = Turn("user", (Text(text="hi"),))
LONG = "mcp__a_server_with_a_long_name__and_a_tool_with_a_name_that_is_longer_still"


def asked(*said: Turn, **members: Any) -> ChatRequest:
    return ChatRequest(**{"origin": "elsewhere", "model": "m", "turns": said or (HI,), **members})


def written(request: ChatRequest) -> tuple[dict[str, Any], UpstreamPlan]:
    """Write for an upstream; return its body and the plan."""
    out = RESPONSES_UPSTREAM.write_request(request, Target(PROVIDERS["openai"], "up"))
    assert out.path == "responses"
    return json.loads(out.body), out.plan


class TestTools:
    def test_functions_are_flat_and_strict_only_if_asked(self) -> None:
        """Unsaid, strictness would be the default here, and optional parameters would become required."""
        body, _ = written(
            asked(
                tools=(
                    Tool(kind="function", name="f", description="d", schema={"a": 1}, more={"x": 1}),
                    Tool(kind="function", name="g", strict=True),
                )
            )
        )

        assert body["tools"] == [
            {"type": "function", "name": "f", "description": "d", "parameters": {"a": 1}, "strict": False},
            {
                "type": "function",
                "name": "g",
                "parameters": {"type": "object", "properties": {}},
                "strict": True,
            },
        ]

    def test_a_grammar_is_flat(self) -> None:
        """Chat completions wrap it once more."""
        grammar = {"type": "grammar", "grammar": {"syntax": "lark", "definition": "s"}}
        body, _ = written(asked(tools=(Tool(kind="custom", name="g", grammar=grammar),)))

        flat = {"type": "grammar", "syntax": "lark", "definition": "s"}
        assert body["tools"] == [{"type": "custom", "name": "g", "format": flat}]

    @pytest.mark.parametrize(
        ("tool", "expected"),
        [
            (
                Tool(kind="hosted", name="web_search", origin="anthropic", native={"a": 1}),
                {"type": "web_search"},
            ),
            (
                Tool(kind="hosted", name="code_execution", origin="gemini"),
                {"type": "code_interpreter", "container": {"type": "auto"}},
            ),
            (Tool(kind="hosted", name="image_generation", origin="gemini"), {"type": "image_generation"}),
            (
                Tool(
                    kind="hosted",
                    name="mcp",
                    origin=OPENAI_RESPONSES,
                    native={"type": "mcp", "server_label": "s"},
                ),
                {"type": "mcp", "server_label": "s"},
            ),
        ],
        ids=["search", "code", "pictures", "its own"],
    )
    def test_hosted_tools_have_likes(self, tool: Tool, expected: dict[str, Any]) -> None:
        """The plainest of them."""
        assert written(asked(tools=(tool,)))[0]["tools"] == [expected]

    @pytest.mark.parametrize("name", ["file_search", "web_fetch", "memory", "maps", "computer"])
    def test_hosted_tools_without_a_like_are_refused(self, name: str) -> None:
        """By name."""
        with pytest.raises(InvalidRequest, match=name):
            written(asked(tools=(Tool(kind="hosted", name=name, origin="anthropic"),)))

    @pytest.mark.parametrize(
        ("choice", "expected"),
        [
            (ToolChoice("auto"), "auto"),
            (ToolChoice("none"), "none"),
            (ToolChoice("required"), "required"),
            (ToolChoice("named", ("f",)), {"type": "function", "name": "f"}),
            (ToolChoice("named", ("g",)), {"type": "custom", "name": "g"}),
            (ToolChoice("named", ("web_search",)), {"type": "web_search"}),
            (ToolChoice("named", ("unknown",)), {"type": "function", "name": "unknown"}),
            (
                ToolChoice("required", ("f", "g")),
                {
                    "type": "allowed_tools",
                    "mode": "required",
                    "tools": [{"type": "function", "name": "f"}, {"type": "custom", "name": "g"}],
                },
            ),
        ],
    )
    def test_choices(self, choice: ToolChoice, expected: Any) -> None:
        """Each by the kind of its tool."""
        tools = (
            Tool(kind="function", name="f"),
            Tool(kind="custom", name="g"),
            Tool(kind="hosted", name="web_search", origin="anthropic"),
        )

        assert (
            written(asked(tools=tools, tool_choice=choice, parallel_tools=False))[0]["tool_choice"]
            == expected
        )

    def test_a_choice_without_tools_is_left_out(self) -> None:
        """OpenAI refuses one."""
        assert "tool_choice" not in written(asked(tool_choice=ToolChoice("auto"), parallel_tools=True))[0]

    def test_names_are_made_legal_and_remembered(self) -> None:
        """Everywhere the same; the answer gets the client's own again."""
        body, plan = written(
            asked(
                HI,
                Turn("assistant", (ToolCall(id="c1", name=LONG),)),
                tools=(Tool(kind="function", name=LONG), Tool(kind="function", name="a.b")),
                tool_choice=ToolChoice("named", (LONG,)),
            )
        )

        long, dotted = (tool["name"] for tool in body["tools"])
        assert len(long) == 64
        assert plan.tool_names == {long: LONG, dotted: "a.b"}
        assert body["tool_choice"]["name"] == body["input"][1]["name"] == long


class TestItsOwn:
    def test_namespaces_and_other_members_are_said_again(self) -> None:
        """What a client of this dialect said goes up as it said it."""
        tools = [
            {"type": "function", "name": "f", "parameters": None, "strict": None, "defer_loading": True},
            {
                "type": "namespace",
                "name": "files",
                "description": "Files.",
                "tools": [{"type": "function", "name": "read"}, {"type": "custom", "name": "patch"}],
            },
        ]
        asked_for = {
            "model": "m",
            "input": [{"type": "function_call", "call_id": "c", "namespace": "files", "name": "read"}],
            "tools": tools,
            "tool_choice": {"type": "function", "namespace": "files", "name": "read"},
            "truncation": "auto",
        }
        envelope = OpenAIResponses().envelope(RESPONSES, json.dumps(asked_for).encode())
        body, plan = written(RESPONSES_CLIENT.read_request(envelope)[0])

        assert {name: body[name] for name in ("tools", "tool_choice", "truncation")} == {
            name: asked_for[name] for name in ("tools", "tool_choice", "truncation")
        }
        assert (body["input"][0]["namespace"], body["input"][0]["name"]) == ("files", "read")
        assert plan.dropped == []
