import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Citation, Opaque, Part, Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.translate.face import MESSAGES_UPSTREAM
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.contracts.errors import Garbled, Overloaded, Refused, UpstreamError
from oblivious.contracts.usage import Usage

_PLAN = UpstreamPlan(
    tool_names={"a_b": "a.b"}, schema_tool="respond", custom_tools=frozenset({"patch", "patch_2"})
)
_USAGE = {"input_tokens": 10, "cache_read_input_tokens": 5, "output_tokens": 7, "service_tier": "standard"}
_CITATION = {"type": "char_location", "cited_text": "q", "document_title": "t"}


def _read(*content: Any, **members: Any) -> ChatResponse:
    message = {"id": "msg_1", "type": "message", "content": list(content), "usage": _USAGE, **members}
    response = MESSAGES_UPSTREAM.read_response(json.dumps(message).encode(), _PLAN)
    assert isinstance(response, ChatResponse)
    return response


def _choice(*content: Any, **members: Any) -> Choice:
    return _read(*content, **members).choices[0]


class TestReadResponse:
    def test_what_stands_around_the_content(self) -> None:
        """The input tokens hold those of the cache."""
        response = _read(stop_reason="end_turn")

        assert response == ChatResponse((Choice(()),), Usage(15, 7, 5), id="msg_1", service_tier="default")

    @pytest.mark.parametrize(
        ("block", "part"),
        [
            (
                {"type": "text", "text": "a", "citations": [_CITATION]},
                Text(text="a", citations=(Citation(title="t", quoted="q", native=(ANTHROPIC, _CITATION)),)),
            ),
            (
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                Reasoning(text="hm", state=State(ANTHROPIC, "s")),
            ),
            ({"type": "thinking", "thinking": "hm"}, Reasoning(text="hm")),
            ({"type": "redacted_thinking", "data": "x"}, Reasoning(state=State("anthropic.redacted", "x"))),
            (
                {"type": "tool_use", "id": "t", "name": "a_b", "input": {"a": 1}},
                ToolCall(id="t", name="a.b", arguments='{"a":1}'),
            ),
            (
                {"type": "tool_use", "id": "t", "name": "patch", "input": {"input": "free"}},
                ToolCall(id="t", name="patch", arguments="free", custom=True),
            ),
            (
                {"type": "tool_use", "id": "t", "name": "patch", "input": {"output": 1}},
                ToolCall(id="t", name="patch", arguments='{"output":1}', custom=True),
            ),
            ({"type": "tool_use", "name": "respond", "input": {"a": 1}}, Text(text='{"a":1}')),
            (
                {"type": "web_search_tool_result", "content": []},
                Opaque(
                    origin=ANTHROPIC,
                    kind="web_search_tool_result",
                    value={"type": "web_search_tool_result", "content": []},
                ),
            ),
        ],
        ids=lambda value: value["type"] if isinstance(value, dict) else "",
    )
    def test_each_block_is_a_part(self, block: Any, part: Part) -> None:
        """By the names that the client knows."""
        assert _choice(block).parts == (part,)

    def test_a_call_without_an_id_gets_one(self) -> None:
        """Its result must find it."""
        (call,) = _choice({"type": "tool_use", "name": "f", "input": None}).parts

        assert isinstance(call, ToolCall)
        assert (call.id[:5], call.arguments) == ("call_", "{}")

    @pytest.mark.parametrize(
        ("reason", "content", "finish"),
        [
            ("end_turn", [], Finish.STOP),
            ("stop_sequence", [], Finish.STOP),
            ("max_tokens", [], Finish.LENGTH),
            ("model_context_window_exceeded", [], Finish.LENGTH),
            ("refusal", [], Finish.CONTENT_FILTER),
            ("pause_turn", [], Finish.PAUSE),
            ("of_tomorrow", [], Finish.STOP),
            (None, [], Finish.STOP),
            ("tool_use", [{"type": "tool_use", "name": "f"}], Finish.TOOL_CALLS),
            ("end_turn", [{"type": "tool_use", "name": "f"}], Finish.TOOL_CALLS),
            ("max_tokens", [{"type": "tool_use", "name": "f"}], Finish.LENGTH),
            ("tool_use", [{"type": "tool_use", "name": "respond"}], Finish.STOP),
        ],
    )
    def test_why_it_ended(self, reason: object, content: list[Any], finish: Finish) -> None:
        """With calls it ended for them, but for the tool that was forced."""
        assert _choice(*content, stop_reason=reason).finish is finish

    def test_what_more_is_said_of_the_end(self) -> None:
        """For programs and for people."""
        choice = _choice(stop_sequence="END", stop_details={"type": "refusal", "explanation": "no"})

        assert (choice.stopped_by, choice.said) == ("END", "no")


class TestErrors:
    @pytest.mark.parametrize(
        ("body", "leaf"),
        [
            (b"<html>", Garbled),
            (b"[]", Garbled),
            (b'{"type":"message"}', Garbled),
            (b'{"type":"message","content":"a"}', Garbled),
            (b'{"type":"error","error":{"type":"overloaded_error","message":"m"}}', Overloaded),
            (b'{"error":{"type":"invalid_request_error","message":"m"}}', Refused),
        ],
    )
    def test_what_is_no_answer_is_an_error(self, body: bytes, leaf: type[UpstreamError]) -> None:
        """It is returned, not raised."""
        assert isinstance(MESSAGES_UPSTREAM.read_response(body, _PLAN), leaf)

    def test_odd_blocks_do_no_harm(self) -> None:
        """Vendors write much."""
        odd = [
            7,
            None,
            {"type": 7},
            {"type": "text", "text": 7},
            {"type": "tool_use", "input": [], "name": {}},
        ]
        parts = _choice(*odd, stop_reason=[], stop_sequence=7, stop_details="x", id=9).parts

        assert [type(part) for part in parts] == [Opaque, Text, ToolCall]
