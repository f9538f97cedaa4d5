import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import CacheMark, ToolCall
from oblivious.adapters.chat.request import Tool, ToolChoice, Turn
from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT
from oblivious.contracts.errors import InvalidRequest
from tests.unit.adapters.dialects.anthropic.translate.samples import HELLO, outgoing, request, written

_SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
_F, _G = Tool("function", "f"), Tool("function", "g")


class TestWriteTools:
    @pytest.mark.parametrize(
        ("tool", "expected"),
        [
            (_F, {"name": "f", "input_schema": {"type": "object", "properties": {}}}),
            (
                Tool("function", "f", "d", _SCHEMA, cache=CacheMark("1h")),
                {
                    "name": "f",
                    "description": "d",
                    "input_schema": _SCHEMA,
                    "cache_control": {"type": "ephemeral", "ttl": "1h"},
                },
            ),
            (
                Tool("function", "f", schema={"properties": {}}, strict=True, more={"deferred": True}),
                {"name": "f", "input_schema": {"type": "object", "properties": {}}},
            ),
            (
                Tool("hosted", "web_search", origin=OPENAI_CHAT, native={}),
                {"type": "web_search_20250305", "name": "web_search"},
            ),
            (
                Tool("hosted", "shell", origin=ANTHROPIC, native={"type": "bash_20250124", "name": "bash"}),
                {"type": "bash_20250124", "name": "bash"},
            ),
        ],
        ids=["bare", "described", "a-strangers-more", "hosted-like", "hosted-own"],
    )
    def test_each_kind(self, tool: Tool, expected: Any) -> None:
        """A schema is always that of an object."""
        assert written(request(tools=(tool,)))["tools"] == [expected]

    def test_what_the_dialect_said_itself_goes_back(self) -> None:
        """Only to its own."""
        tool = Tool("function", "f", strict=True, more={"input_examples": [{}]})
        (sent,) = written(request(origin=ANTHROPIC, tools=(tool,)))["tools"]

        assert (sent["strict"], sent["input_examples"]) == (True, [{}])

    def test_a_strangers_hosted_tool_is_refused_by_name(self) -> None:
        """The answer would lack what it finds."""
        with pytest.raises(InvalidRequest, match="'file_search'") as caught:
            written(request(tools=(Tool("hosted", "file_search", origin=OPENAI_CHAT),)))

        assert caught.value.param == "tools"

    def test_free_text_is_one_member(self) -> None:
        """The plan tells the reader of the answer."""
        tool = Tool("custom", "patch", "Edits.", grammar={"syntax": "lark"})
        sent = outgoing(request(tools=(tool,)))
        (body,) = json.loads(sent.body)["tools"]

        assert body["input_schema"]["required"] == ["input"]
        assert body["description"] == 'Edits.\n\nThe input must follow this format: {"syntax":"lark"}'
        assert sent.plan.custom_tools == {"patch"}

    def test_a_name_that_is_not_taken_is_another_one_everywhere(self) -> None:
        """In tools, choices and calls; the plan says whose it is."""
        call = Turn("assistant", (ToolCall(id="t", name="a.b:c"),))
        sent = outgoing(
            request(
                HELLO,
                call,
                HELLO,
                tools=(Tool("function", "a.b:c"),),
                tool_choice=ToolChoice("named", ("a.b:c",)),
            )
        )
        body = json.loads(sent.body)
        (name,) = sent.plan.tool_names

        assert name.startswith("a_b_c_")
        assert sent.plan.tool_names == {name: "a.b:c"}
        assert body["tools"][0]["name"] == body["tool_choice"]["name"] == name
        assert body["messages"][1]["content"][0]["name"] == name


class TestWriteChoice:
    @pytest.mark.parametrize(
        ("choice", "parallel", "expected"),
        [
            (None, None, None),
            (None, False, {"type": "auto", "disable_parallel_tool_use": True}),
            (ToolChoice("auto"), True, {"type": "auto", "disable_parallel_tool_use": False}),
            (ToolChoice("required"), None, {"type": "any"}),
            (
                ToolChoice("named", ("f",)),
                False,
                {"type": "tool", "name": "f", "disable_parallel_tool_use": True},
            ),
            (ToolChoice("none"), False, {"type": "none"}),
        ],
        ids=str,
    )
    def test_each_mode(self, choice: ToolChoice | None, parallel: bool | None, expected: object) -> None:  # noqa: FBT001
        """Whether several at once stands inside."""
        body = written(request(tools=(_F, _G), tool_choice=choice, parallel_tools=parallel))

        assert body.get("tool_choice") == expected

    def test_some_of_the_tools(self) -> None:
        """The others are not offered."""
        body = written(request(tools=(_F, _G), tool_choice=ToolChoice("required", ("g",))))

        assert [tool["name"] for tool in body["tools"]] == ["g"]
        assert body["tool_choice"] == {"type": "any"}

    def test_without_tools_there_is_no_choice(self) -> None:
        """Anthropic would refuse it."""
        assert "tool_choice" not in written(request(tool_choice=ToolChoice("auto"), parallel_tools=False))
