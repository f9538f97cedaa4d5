"""Members of requests of the Responses API."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Tool, Turn
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from oblivious.adapters.dialects.openai_responses.face import OpenAIResponses
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_CLIENT
from oblivious.contracts.errors import InvalidRequest

CASSETTE = Path(__file__).parents[5] / "cassettes" / "codex_responses.json"


def read(**members: Any) -> tuple[ChatRequest, ClientPlan]:
    """Read what a client sends."""
    body = json.dumps({"model": "m", "input": "hi", **members}).encode()
    return RESPONSES_CLIENT.read_request(OpenAIResponses().envelope(RESPONSES, body))


def turns(*items: Any) -> tuple[Turn, ...]:
    return read(input=list(items))[0].turns


def hosted(name: str, native: dict[str, Any]) -> Tool:
    return Tool(kind="hosted", name=name, origin=OPENAI_RESPONSES, native=native)


class TestMembers:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"temperature": 0.5, "top_p": 1}, {"temperature": 0.5, "top_p": 1}),
            ({"max_output_tokens": 9.0}, {"max_output_tokens": 9}),
            ({"parallel_tool_calls": False}, {"parallel_tools": False}),
            ({"user": "u"}, {"user": "u"}),
            ({"safety_identifier": "u"}, {"user": "u"}),
            (
                {"prompt_cache_key": "k", "prompt_cache_retention": "24h"},
                {"cache_key": "k", "cache_retention": "24h"},
            ),
            (
                {"metadata": {"a": "b"}, "store": True, "service_tier": "flex"},
                {"metadata": {"a": "b"}, "store": True},
            ),
            (
                {"reasoning": {"effort": "high", "summary": "auto"}},
                {"thinking": Thinking(effort="high", shown="auto")},
            ),
            ({"reasoning": {"generate_summary": "concise"}}, {"thinking": Thinking(shown="concise")}),
            ({"reasoning": {"effort": None}}, {"thinking": None}),
            (
                {"text": {"verbosity": "low", "format": {"type": "text"}}},
                {"verbosity": "low", "format": None},
            ),
            ({"text": {"format": {"type": "json_object"}}}, {"format": Format("json_object")}),
            (
                {
                    "text": {
                        "format": {"type": "json_schema", "name": "n", "schema": {"a": 1}, "strict": True}
                    }
                },
                {"format": Format("json_schema", {"a": 1}, "n", "", True)},
            ),
            ({"top_logprobs": 0}, {"logprobs": None}),
            ({"top_logprobs": 3}, {"logprobs": 3}),
            ({"include": ["message.output_text.logprobs"]}, {"logprobs": 0}),
            ({"truncation": "auto"}, {"extra": {"truncation": msgspec.Raw(b'"auto"')}}),
            (
                {"stream": True, "stream_options": {"include_obfuscation": False}},
                {"stream": True, "extra": {}},
            ),
            (
                {"previous_response_id": "", "conversation": None, "background": False, "prompt": None},
                {"extra": {}},
            ),
        ],
    )
    def test_members(self, given: dict[str, Any], expected: dict[str, Any]) -> None:
        """By their neutral names."""
        request = read(**given)[0]

        assert {name: getattr(request, name) for name in expected} == expected

    @pytest.mark.parametrize(("include", "wants"), [(None, False), (["reasoning.encrypted_content"], True)])
    def test_who_takes_state_back_says_so(self, include: Any, wants: bool) -> None:  # noqa: FBT001 - a table
        """Others would only see noise."""
        plan = read(include=include)[1]

        assert (plan.wants_state, plan.wants_usage) == (wants, True)

    def test_what_codex_sends(self) -> None:
        """A whole request of a real agent."""
        body = json.dumps(json.loads(CASSETTE.read_text())["body"]).encode()
        request, plan = RESPONSES_CLIENT.read_request(OpenAIResponses().envelope(RESPONSES, body))

        assert [turn.role for turn in request.turns] == [
            "system",
            "developer",
            "user",
            *["assistant", "user"] * 2,
            "assistant",
            "user",
            "assistant",
            "user",
        ]
        assert [tool.name for tool in request.tools] == [
            "shell_command",
            "apply_patch",
            "mcp__files__read",
            "web_search",
        ]
        assert request.turns[3].parts[0].state == State(OPENAI_RESPONSES, "gAAAAABpPDIUfirst_blob==")
        assert list(request.extra) == ["client_metadata"]
        assert plan.wants_state


class TestRefused:
    @pytest.mark.parametrize(
        ("members", "param"),
        [
            ({"previous_response_id": "resp_1"}, "previous_response_id"),
            ({"conversation": "conv_1"}, "conversation"),
            ({"conversation": {"id": "conv_1"}}, "conversation"),
            ({"prompt": {"id": "pmpt_1"}}, "prompt"),
            ({"background": True, "stream": True}, "background"),
            ({"input": [{"type": "item_reference", "id": "rs_1"}]}, "input[0]"),
            ({"input": [{"id": "rs_1"}]}, "input[0]"),
        ],
    )
    def test_what_one_account_keeps_needs_that_account(self, members: dict[str, Any], param: str) -> None:
        """The error names it, and says what would be needed."""
        with pytest.raises(InvalidRequest, match="a channel of the dialect openai_responses") as caught:
            read(**members)

        assert caught.value.param == param

    @pytest.mark.parametrize(
        ("members", "param"),
        [
            ({"input": [3]}, "input[0]"),
            ({"input": [{}]}, "input[0].type"),
            ({"input": [{"type": 3}]}, "input[0].type"),
            ({"input": [{"role": "tool", "content": "a"}]}, "input[0].role"),
            ({"input": [{"role": "user", "content": 3}]}, "input[0].content"),
            (
                {"input": [{"role": "user", "content": [{"type": "input_text", "text": 3}]}]},
                "input[0].content[0].text",
            ),
            (
                {"input": [{"role": "user", "content": [{"type": "input_image"}]}]},
                "input[0].content[0].image_url",
            ),
            ({"input": [{"role": "user", "content": [{"type": "input_file"}]}]}, "input[0].content[0]"),
            ({"input": [{"type": "function_call", "call_id": "c"}]}, "input[0].name"),
            ({"input": [{"type": "function_call", "name": "f"}]}, "input[0].call_id"),
            (
                {"input": [{"type": "function_call", "name": "f", "call_id": "c", "arguments": {}}]},
                "input[0].arguments",
            ),
            ({"input": [{"type": "function_call_output", "output": "a"}]}, "input[0].call_id"),
            ({"input": [{"type": "reasoning", "summary": [3]}]}, "input[0].summary[0]"),
            ({"input": [{"type": "reasoning", "encrypted_content": 3}]}, "input[0].encrypted_content"),
            ({"instructions": 3}, "instructions"),
            ({"tools": [{"type": "function"}]}, "tools[0].name"),
            ({"tools": [{"type": "function", "name": "f", "parameters": 3}]}, "tools[0].parameters"),
            ({"tools": [{"type": "namespace", "tools": []}]}, "tools[0].name"),
            (
                {"tools": [{"type": "namespace", "name": "n", "tools": [{"type": "mcp"}]}]},
                "tools[0].tools[0].type",
            ),
            ({"tool_choice": "perhaps"}, "tool_choice"),
            ({"tool_choice": {"type": "function"}}, "tool_choice"),
            ({"text": {"format": {"type": "xml"}}}, "text.format.type"),
            ({"reasoning": {"effort": 3}}, "reasoning.effort"),
            ({"temperature": "hot"}, "temperature"),
            ({"include": [3]}, "include[0]"),
            ({"metadata": 3}, "metadata"),
        ],
    )
    def test_what_is_wrong_is_named(self, members: dict[str, Any], param: str) -> None:
        """Down to the place."""
        with pytest.raises(InvalidRequest) as caught:
            read(**members)

        assert caught.value.param == param
        assert f"`{param}`" in caught.value.message
