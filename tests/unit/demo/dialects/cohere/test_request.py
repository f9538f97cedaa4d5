import json
from typing import Any

import pytest

from oblivious.demo.dialects.cohere.request import ask_of, read_chat
from oblivious.demo.reply import Refusal

HELLO = {"role": "user", "content": "hello there"}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
CALL = {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f"}}]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "sunny"}


def body(**members: Any) -> bytes:
    return json.dumps({"model": "m", "messages": [HELLO], **members}).encode()


class TestReadChat:
    @pytest.mark.parametrize(
        ("members", "field"),
        [
            ({"messages": []}, "messages"),
            ({"messages": [{"role": "developer", "content": "x"}]}, "messages[0].role"),
            ({"messages": [HELLO, {"role": "system", "content": "x"}]}, "messages[1]"),
            ({"messages": [{"role": "user", "content": ""}]}, "messages[0]"),
            ({"messages": [HELLO, RESULT]}, "messages[1]"),
            ({"tools": [{"type": "function", "function": {"name": "a-b"}}]}, "tools"),
            ({"tool_choice": "auto"}, "tool_choice"),
            ({"tool_choice": "REQUIRED"}, "tool_choice"),
            ({"tools": [TOOL], "response_format": {"type": "json_object"}}, "response_format"),
            ({"documents": ["a"], "response_format": {"type": "json_object"}}, "response_format"),
            ({"p": 1}, "p"),
            ({"max_tokens": "many"}, "max_tokens"),
        ],
        ids=str,
    )
    def test_what_cohere_refuses(self, members: dict[str, Any], field: str) -> None:
        """By the name of the field."""
        with pytest.raises(Refusal) as caught:
            read_chat(body(**members))

        assert (caught.value.failure.status, caught.value.failure.param) == (400, field)

    def test_what_it_does_not_heed_passes(self) -> None:
        """Cohere has more members than the demo."""
        assert read_chat(body(safety_mode="STRICT", priority=3)).model == "m"


class TestAskOf:
    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ({}, {"text": "hello there", "input_tokens": 2, "thinks": False, "forced": None}),
            ({"thinking": {"type": "enabled"}}, {"thinks": True}),
            ({"thinking": {"type": "disabled"}}, {"thinks": False}),
            ({"tools": [TOOL], "tool_choice": "REQUIRED"}, {"forced": ""}),
            ({"tools": [TOOL], "tool_choice": "NONE"}, {"tools": ()}),
            ({"messages": [HELLO, CALL, RESULT]}, {"answered": True, "input_tokens": 3}),
            ({"response_format": {"type": "text"}}, {"schema": None}),
            (
                {"response_format": {"type": "json_object", "json_schema": {"type": "object"}}},
                {"schema": {"type": "object"}},
            ),
        ],
        ids=str,
    )
    def test_what_is_asked_for(self, members: dict[str, Any], expected: dict[str, Any]) -> None:
        """Whatever the dialect."""
        ask = ask_of(read_chat(body(**members)))

        assert {name: getattr(ask, name) for name in expected} == expected

    def test_any_json_has_a_member(self) -> None:
        """Where no schema is given."""
        ask = ask_of(read_chat(body(response_format={"type": "json_object"})))

        assert ask.schema is not None
