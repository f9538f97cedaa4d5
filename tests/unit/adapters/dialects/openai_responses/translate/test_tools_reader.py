"""Tools of a client of the Responses API."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import (
    ToolCall,
)
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice, Turn
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from oblivious.adapters.dialects.openai_responses.face import OpenAIResponses
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_CLIENT


def read(**members: Any) -> tuple[ChatRequest, ClientPlan]:
    """Read what a client sends."""
    body = json.dumps({"model": "m", "input": "hi", **members}).encode()
    return RESPONSES_CLIENT.read_request(OpenAIResponses().envelope(RESPONSES, body))


def turns(*items: Any) -> tuple[Turn, ...]:
    return read(input=list(items))[0].turns


def hosted(name: str, native: dict[str, Any]) -> Tool:
    return Tool(kind="hosted", name=name, origin=OPENAI_RESPONSES, native=native)


class TestTools:
    @pytest.mark.parametrize(
        ("given", "tool"),
        [
            pytest.param(
                {
                    "type": "function",
                    "name": "f",
                    "description": "d",
                    "parameters": {"a": 1},
                    "strict": True,
                    "x": 2,
                },
                Tool(kind="function", name="f", description="d", schema={"a": 1}, strict=True, more={"x": 2}),
                id="a function",
            ),
            pytest.param(
                {"type": "function", "name": "f", "parameters": None, "namespace": {"name": 5}},
                Tool(kind="function", name="f"),
                id="a function that says little, and something odd",
            ),
            pytest.param(
                {
                    "type": "custom",
                    "name": "g",
                    "format": {"type": "grammar", "syntax": "lark", "definition": "s"},
                },
                Tool(
                    kind="custom",
                    name="g",
                    grammar={"type": "grammar", "grammar": {"syntax": "lark", "definition": "s"}},
                ),
                id="a custom tool with a grammar",
            ),
            pytest.param(
                {"type": "custom", "name": "g", "format": {"type": "text"}},
                Tool(kind="custom", name="g"),
                id="a custom tool with free text",
            ),
            *(
                pytest.param({"type": kind, "a": 1}, hosted(name, {"type": kind, "a": 1}), id=kind)
                for kind, name in [
                    ("web_search", "web_search"),
                    ("web_search_preview_2025_03_11", "web_search"),
                    ("code_interpreter", "code_execution"),
                    ("local_shell", "shell"),
                    ("apply_patch", "apply_patch"),
                    ("of_tomorrow", "of_tomorrow"),
                ]
            ),
        ],
    )
    def test_each_kind(self, given: dict[str, Any], tool: Tool) -> None:
        """Flat functions, free text, and what the provider runs."""
        assert read(tools=[given])[0].tools == (tool,)

    def test_a_namespace_comes_flat(self) -> None:
        """Its first tool says what it is for; calls and choices use the same names."""
        inner = {"type": "function", "name": "read", "description": "Reads."}
        free = {"type": "custom", "name": "patch"}
        space = {"type": "namespace", "name": "mcp__files__", "description": "Files.", "tools": [inner, free]}
        request = read(
            tools=[space],
            tool_choice={"type": "function", "name": "read", "namespace": "mcp__files__"},
            input=[
                {"type": "function_call", "call_id": "c1", "name": "read", "namespace": "mcp__files__"},
                {"type": "function_call_output", "call_id": "c1", "output": "x"},
            ],
        )[0]

        first, second = request.tools
        assert (first.name, first.description) == ("mcp__files__read", "Files.\n\nReads.")
        assert (second.name, second.description, second.kind) == ("mcp__files__patch", "", "custom")
        assert request.tool_choice == ToolChoice("named", ("mcp__files__read",))
        assert request.turns[0].parts == (ToolCall(id="c1", name="mcp__files__read"),)

    def test_tools_may_come_as_items(self) -> None:
        """They count like the others."""
        item = {"type": "additional_tools", "role": "developer", "tools": [{"type": "function", "name": "f"}]}

        assert read(input=[{"role": "user", "content": "a"}, item])[0].tools == (
            Tool(kind="function", name="f"),
        )

    @pytest.mark.parametrize(
        ("given", "choice"),
        [
            pytest.param(None, None, id="nothing"),
            *(pytest.param(mode, ToolChoice(mode), id=mode) for mode in ("auto", "none", "required")),
            pytest.param({"type": "function", "name": "f"}, ToolChoice("named", ("f",)), id="a function"),
            pytest.param({"type": "custom", "name": "g"}, ToolChoice("named", ("g",)), id="a custom tool"),
            pytest.param(
                {"type": "web_search_preview"}, ToolChoice("named", ("web_search",)), id="a hosted tool"
            ),
            pytest.param({"type": "mcp", "server_label": "s"}, ToolChoice("named", ("mcp",)), id="a server"),
            pytest.param(
                {
                    "type": "allowed_tools",
                    "mode": "required",
                    "tools": [{"type": "function", "name": "f"}, 3],
                },
                ToolChoice("required", ("f",)),
                id="some of them",
            ),
            pytest.param(
                {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "namespace", "name": "n"}]},
                ToolChoice("auto", ("n__f",)),
                id="those of a namespace",
            ),
            pytest.param(
                {"type": "function", "function": {"name": "f"}},
                ToolChoice("named", ("f",)),
                id="as chat completions write it",
            ),
        ],
    )
    def test_choices(self, given: Any, choice: ToolChoice | None) -> None:
        """All forms there are."""
        space = {"type": "namespace", "name": "n", "tools": [{"type": "function", "name": "f"}]}

        assert read(tools=[space], tool_choice=given)[0].tool_choice == choice
