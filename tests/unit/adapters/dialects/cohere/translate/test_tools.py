import json
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.parts import ToolCall, ToolResult
from oblivious.adapters.chat.request import Tool, ToolChoice, Turn
from oblivious.contracts.errors import InvalidRequest
from tests.unit.adapters.dialects.cohere.translate.samples import (
    HELLO,
    SCHEMA,
    TIME,
    WEATHER,
    messages,
    outgoing,
    request,
    user,
    written,
)

_EMPTY = {"type": "object", "properties": {}}


class TestTools:
    @pytest.mark.parametrize(
        ("schema", "expected"),
        [(SCHEMA, SCHEMA), (None, _EMPTY), ({"properties": {}}, _EMPTY)],
        ids=["whole", "none", "untyped"],
    )
    def test_a_function(self, schema: Any, expected: Any) -> None:
        """In OpenAI's shape, with a schema of an object."""
        (tool,) = written(request(tools=(Tool("function", "f", "does", schema),)))["tools"]

        assert tool == {
            "type": "function",
            "function": {"name": "f", "description": "does", "parameters": expected},
        }

    def test_free_text_is_wrapped(self) -> None:
        """The plan knows of it."""
        sent = outgoing(request(tools=(Tool("custom", "patch", "Edits.", grammar={"type": "text"}),)))
        (tool,) = json.loads(sent.body)["tools"]

        assert tool["function"]["parameters"]["required"] == ["input"]
        assert '{"type":"text"}' in tool["function"]["description"]
        assert sent.plan.custom_tools == {"patch"}

    @pytest.mark.parametrize(
        ("own", "begins"), [("mcp.a-b", "mcp_a_b_"), ("7z", "_7z_"), ("\u00e9", "__")], ids=ascii
    )
    def test_names_that_cohere_refuses(self, own: str, begins: str) -> None:
        """They are called otherwise there, in calls too, always alike."""
        sent = outgoing(request(tools=(Tool("function", own),)))
        (name,) = sent.plan.tool_names
        call = messages(HELLO, Turn("assistant", (ToolCall(id="c", name=own),)))[1]["tool_calls"][0]

        assert name.isidentifier()
        assert name.startswith(begins)
        assert sent.plan.tool_names[name] == own
        assert call["function"] == {"name": name, "arguments": "{}"}

    def test_hosted_ones_are_refused(self) -> None:
        """Cohere's second version has none."""
        with pytest.raises(InvalidRequest, match="web_search") as caught:
            outgoing(request(tools=(Tool("hosted", "web_search"),)))

        assert caught.value.param == "tools"

    @pytest.mark.parametrize(
        ("tools", "strict"),
        [
            ((WEATHER, TIME), False),
            ((msgspec.structs.replace(WEATHER, strict=True),), True),
            ((msgspec.structs.replace(WEATHER, strict=True), TIME), False),
            ((Tool("function", "f", schema=_EMPTY, strict=True),), False),
        ],
        ids=["nobody", "all", "one of two", "nothing required"],
    )
    def test_strict_are_all_or_none(self, tools: tuple[Tool, ...], *, strict: bool) -> None:
        """Cohere knows it of all together, and wants a member that is required."""
        assert written(request(tools=tools)).get("strict_tools", False) is strict


class TestChoice:
    @pytest.mark.parametrize(
        ("choice", "names", "word"),
        [
            (None, ["get_weather", "get_time"], None),
            (ToolChoice("auto"), ["get_weather", "get_time"], None),
            (ToolChoice("auto", ("get_time",)), ["get_time"], None),
            (ToolChoice("none"), ["get_weather", "get_time"], "NONE"),
            (ToolChoice("required"), ["get_weather", "get_time"], "REQUIRED"),
            (ToolChoice("required", ("get_time",)), ["get_time"], "REQUIRED"),
            (ToolChoice("named", ("get_time",)), ["get_time"], "REQUIRED"),
        ],
        ids=str,
    )
    def test_a_choice(self, choice: ToolChoice | None, names: list[str], word: str | None) -> None:
        """Of those that may be called only; Cohere cannot be told which one."""
        body = written(request(tools=(WEATHER, TIME), tool_choice=choice))

        assert [tool["function"]["name"] for tool in body["tools"]] == names
        assert body.get("tool_choice") == word

    def test_without_tools_there_is_none(self) -> None:
        """Cohere would refuse it."""
        assert "tool_choice" not in written(request(tool_choice=ToolChoice("required")))


def test_ids_are_the_same_in_calls_and_results() -> None:
    """Whatever they were before."""
    call, result = ToolCall(id="a b", name="f"), ToolResult(call_id="a b")
    said = messages(HELLO, Turn("assistant", (call,)), user(result))

    assert said[1]["tool_calls"][0]["id"] == said[2]["tool_call_id"] != "a b"
