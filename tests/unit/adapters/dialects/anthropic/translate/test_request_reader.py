from typing import Any

import pytest

from oblivious.adapters.chat.parts import CacheMark, Text
from oblivious.adapters.chat.request import Format, Thinking, Tool, ToolChoice, Turn
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.contracts.errors import InvalidRequest
from tests.unit.adapters.dialects.anthropic.translate.samples import read

_SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


class TestSystem:
    @pytest.mark.parametrize(
        ("system", "parts"),
        [
            ("Be brief.", (Text(text="Be brief."),)),
            (
                [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
                (Text(text="a", cache=CacheMark("1h")),),
            ),
            (
                [
                    {"type": "text", "text": "x-anthropic-billing-header: cc_version=1; cch=1a2b3;"},
                    {"type": "text", "text": "b"},
                ],
                (Text(text="b"),),
            ),
        ],
        ids=["text", "blocks", "without-the-block-that-always-changes"],
    )
    def test_it_comes_first(self, system: Any, parts: tuple[Text, ...]) -> None:
        """As a turn of its own."""
        assert read(system=system).turns[0] == Turn("system", parts)

    @pytest.mark.parametrize("system", [None, "", [], "x-anthropic-billing-header: a"])
    def test_nothing_said_is_no_turn(self, system: Any) -> None:
        """Not an empty one either."""
        assert [turn.role for turn in read(system=system).turns] == ["user"]


class TestMembers:
    @pytest.mark.parametrize(
        ("members", "name", "value"),
        [
            ({"temperature": 0.5}, "temperature", 0.5),
            ({"top_p": 1}, "top_p", 1),
            ({"top_k": 40.0}, "top_k", 40),
            ({"stop_sequences": ["a", "b"]}, "stop", ("a", "b")),
            ({"metadata": {"user_id": "u"}}, "user", "u"),
            ({"service_tier": "standard_only"}, "service_tier", "default"),
            ({"service_tier": "auto"}, "service_tier", "auto"),
            ({"service_tier": "new_one"}, "service_tier", "new_one"),
            ({"stream": True}, "stream", True),
            ({"max_tokens": 5}, "max_output_tokens", 5),
            (
                {"output_config": {"format": {"type": "json_schema", "schema": _SCHEMA}}},
                "format",
                Format("json_schema", _SCHEMA),
            ),
            (
                {"output_format": {"type": "json_schema", "schema": _SCHEMA}},
                "format",
                Format("json_schema", _SCHEMA),
            ),
            ({"output_config": {"format": {"type": "of_tomorrow"}}}, "format", None),
        ],
        ids=str,
    )
    def test_each_has_its_neutral_name(self, members: dict[str, Any], name: str, value: object) -> None:
        """So other dialects can say it in their words."""
        assert getattr(read(**members), name) == value

    def test_the_rest_is_carried_undecoded(self) -> None:
        """It is for a provider of the same dialect."""
        extra = read(container="c1", context_management={"edits": []}).extra

        assert {name: bytes(raw) for name, raw in extra.items()} == {
            "container": b'"c1"',
            "context_management": b'{"edits": []}',
        }

    @pytest.mark.parametrize(
        ("members", "thinking"),
        [
            ({"thinking": {"type": "enabled", "budget_tokens": 2048}}, Thinking(enabled=True, budget=2048)),
            (
                {"thinking": {"type": "adaptive", "display": "omitted"}, "output_config": {"effort": "max"}},
                Thinking(enabled=True, effort="max", shown="omitted"),
            ),
            (
                {"thinking": {"type": "adaptive", "display": "summarized"}},
                Thinking(enabled=True, budget=-1, shown="auto"),
            ),
            ({"thinking": {"type": "disabled"}}, Thinking(enabled=False)),
            ({"thinking": {"type": "between_tools"}}, Thinking(enabled=False)),
            ({"output_config": {"effort": "low"}}, Thinking(effort="low")),
            ({"thinking": {"type": "of_tomorrow"}}, None),
            ({"thinking": None}, None),
        ],
        ids=str,
    )
    def test_how_much_to_think(self, members: dict[str, Any], thinking: Thinking | None) -> None:
        """By a budget or by an effort, in whichever way the model wants it."""
        assert read(**members).thinking == thinking

    @pytest.mark.parametrize(
        ("choice", "expected", "parallel"),
        [
            ({"type": "auto"}, ToolChoice("auto"), None),
            (
                {"type": "any", "disable_parallel_tool_use": True},
                ToolChoice("required"),
                False,
            ),
            (
                {"type": "tool", "name": "f", "disable_parallel_tool_use": False},
                ToolChoice("named", ("f",)),
                True,
            ),
            ({"type": "none"}, ToolChoice("none"), None),
            ({"type": "of_tomorrow"}, None, None),
        ],
        ids=str,
    )
    def test_which_tool(self, choice: Any, expected: ToolChoice | None, parallel: bool | None) -> None:  # noqa: FBT001
        """And whether several at once."""
        request = read(tool_choice=choice)

        assert (request.tool_choice, request.parallel_tools) == (expected, parallel)


class TestTools:
    def test_a_clients_own(self) -> None:
        """What has no neutral place is kept in the dialect's words."""
        tool = {
            "type": "custom",
            "name": "f",
            "description": "d",
            "input_schema": _SCHEMA,
            "strict": True,
            "input_examples": [{"a": "b"}],
            "cache_control": {"type": "ephemeral"},
        }

        assert read(tools=[tool]).tools == (
            Tool(
                kind="function",
                name="f",
                description="d",
                schema=_SCHEMA,
                strict=True,
                cache=CacheMark(),
                more={"input_examples": [{"a": "b"}]},
            ),
        )

    @pytest.mark.parametrize(
        ("kind", "name"),
        [
            ("web_search_20250305", "web_search"),
            ("web_fetch_20250910", "web_fetch"),
            ("code_execution_20250825", "code_execution"),
            ("bash_20250124", "shell"),
            ("text_editor_20250728", "text_editor"),
            ("memory_20250818", "memory"),
            ("computer_toolset_20260801", "computer"),
            ("tool_search_tool_regex_20251119", "tool_search"),
            ("mcp_toolset", "mcp"),
            ("of_tomorrow_20270101", "of_tomorrow"),
        ],
    )
    def test_typed_ones_are_hosted(self, kind: str, name: str) -> None:
        """By the name that all dialects know."""
        native = {"type": kind, "name": "n", "max_uses": 2}
        given = {**native, "cache_control": {"type": "ephemeral", "ttl": "5m"}}

        assert read(tools=[given]).tools == (
            Tool(kind="hosted", name=name, origin=ANTHROPIC, native=native, cache=CacheMark("5m")),
        )


class TestWrongFields:
    @pytest.mark.parametrize(
        ("members", "param"),
        [
            ({"temperature": "hot"}, "temperature"),
            ({"top_k": 1.5}, "top_k"),
            ({"stop_sequences": [1]}, "stop_sequences[0]"),
            ({"metadata": []}, "metadata"),
            ({"metadata": {"user_id": 7}}, "metadata.user_id"),
            ({"system": 7}, "system"),
            ({"system": [7]}, "system[0]"),
            ({"messages": ["a"]}, "messages[0]"),
            ({"messages": [{"role": "robot", "content": "a"}]}, "messages[0].role"),
            ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
            ({"tools": {}}, "tools"),
            ({"tools": [{"type": "custom"}]}, "tools[0].name"),
            ({"tools": [{"name": "f", "input_schema": "x"}]}, "tools[0].input_schema"),
            ({"tool_choice": {"type": "tool"}}, "tool_choice.name"),
            ({"tool_choice": "auto"}, "tool_choice"),
            ({"thinking": {"type": "enabled", "budget_tokens": "many"}}, "thinking.budget_tokens"),
            ({"output_config": {"effort": 3}}, "output_config.effort"),
            (
                {"output_config": {"format": {"type": "json_schema", "schema": 1}}},
                "output_config.format.schema",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_an_error_names_the_field(self, members: dict[str, Any], param: str) -> None:
        """So a client finds it."""
        with pytest.raises(InvalidRequest) as caught:
            read(**members)

        assert caught.value.param == param
        assert f"`{param}`" in caught.value.message
