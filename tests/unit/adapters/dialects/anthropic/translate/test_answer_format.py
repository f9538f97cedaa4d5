import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.request import Format, Thinking, Tool, ToolChoice, Turn
from tests.unit.adapters.dialects.anthropic.translate.samples import (
    HELLO,
    NEW,
    OLD,
    outgoing,
    request,
    written,
)

_OPEN = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
_CLOSED = {**_OPEN, "additionalProperties": False}
_MAP = {"type": "object", "additionalProperties": {"type": "string"}}
_WANTED = Format("json_schema", _OPEN, "thing", "A thing.")
_F = Tool("function", "f")


class TestShape:
    def test_a_schema_is_said_natively_where_it_can_be(self) -> None:
        """Since 4.5; effort stands beside it."""
        body = written(request(format=_WANTED, thinking=Thinking(effort="low")))

        assert body["output_config"] == {
            "effort": "low",
            "format": {"type": "json_schema", "schema": _CLOSED},
        }
        assert "tools" not in body

    @pytest.mark.parametrize(("model", "schema"), [(OLD, _OPEN), (NEW, _MAP)], ids=["old-model", "open-map"])
    def test_else_a_tool_is_forced(self, model: str, schema: Any) -> None:
        """Its arguments are the answer; the plan says which tool it is."""
        sent = outgoing(request(format=Format("json_schema", schema)), model)
        body = json.loads(sent.body)

        assert sent.plan.schema_tool == body["tools"][0]["name"] == "respond"
        assert body["tools"][0]["input_schema"] == schema
        assert body["tool_choice"] == {"type": "tool", "name": "respond", "disable_parallel_tool_use": True}

    def test_beside_tools_any_is_forced(self) -> None:
        """The model may still call them; a name that is taken is not taken twice."""
        sent = outgoing(request(format=_WANTED, tools=(_F, Tool("function", "respond"))), OLD)
        body = json.loads(sent.body)

        assert [tool["name"] for tool in body["tools"]] == ["f", "respond", "respond_2"]
        assert body["tool_choice"] == {"type": "any", "disable_parallel_tool_use": True}
        assert sent.plan.schema_tool == "respond_2"

    @pytest.mark.parametrize(
        "members",
        [
            {"thinking": Thinking(effort="low")},
            {"tools": (_F,), "tool_choice": ToolChoice("required")},
        ],
        ids=["thinking", "another-tool-is-forced"],
    )
    def test_else_it_is_said_in_words(self, members: dict[str, Any]) -> None:
        """After what the client itself says to the system."""
        turns = (Turn("system", (Text(text="a"),)), HELLO)
        sent = outgoing(request(*turns, format=_WANTED, **members), OLD)
        system = json.loads(sent.body)["system"]

        assert sent.plan.schema_tool == ""
        assert system[0] == {"type": "text", "text": "a"}
        assert '"required":["a"]' in system[1]["text"]

    @pytest.mark.parametrize("model", [NEW, OLD])
    @pytest.mark.parametrize(
        "wanted", [Format("json_object"), Format("json_schema")], ids=["object", "no-schema"]
    )
    def test_any_object_is_said_in_words(self, model: str, wanted: Format) -> None:
        """Anthropic has nothing else for it."""
        body = written(request(format=wanted), model)

        assert "JSON object" in body["system"]
        assert "output_config" not in body
