import json
from typing import Any

import pytest
from anthropic.types import Message

from oblivious.adapters.chat.parts import (
    Audio,
    Citation,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
)
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State, written
from oblivious.adapters.dialects.anthropic.translate.face import MESSAGES_CLIENT
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.contracts.usage import Usage
from tests.unit.adapters.dialects.anthropic.translate.samples import client_plan, read_parts

_FOREIGN = State("openai_responses", "secret")


def _written(*choices: Choice, **members: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(
        MESSAGES_CLIENT.write_response(ChatResponse(choices, **members), client_plan())
    )
    return body


def _content(*parts: Part) -> Any:
    return _written(Choice(parts))["content"]


class TestWriteResponse:
    def test_the_whole_of_it(self) -> None:
        """The official SDK takes every member."""
        body = _written(
            Choice((Text(text="a"),)),
            usage=Usage(100, 50, 40, 10, 5, 20, searches=2),
            service_tier="default",
        )

        assert body == {
            "id": "msg_x1",
            "type": "message",
            "role": "assistant",
            "model": "mine",
            "content": [{"type": "text", "text": "a", "citations": None}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "stop_details": None,
            "usage": {
                "input_tokens": 45,
                "cache_creation_input_tokens": 15,
                "cache_read_input_tokens": 40,
                "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 5},
                "output_tokens": 50,
                "output_tokens_details": {"thinking_tokens": 20},
                "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 0},
                "service_tier": "standard",
            },
        }
        assert Message.model_validate(body).usage.input_tokens == 45

    def test_without_usage_there_are_zeros(self) -> None:
        """Clients add it up."""
        usage = _written(Choice(()))["usage"]

        assert (usage["input_tokens"], usage["output_tokens"]) == (0, 0)

    @pytest.mark.parametrize(
        ("choice", "reason", "sequence", "details"),
        [
            (Choice((), Finish.STOP), "end_turn", None, None),
            (Choice((), Finish.STOP, stopped_by="END"), "stop_sequence", "END", None),
            (Choice((), Finish.LENGTH), "max_tokens", None, None),
            (Choice((), Finish.TOOL_CALLS), "tool_use", None, None),
            (Choice((), Finish.PAUSE), "pause_turn", None, None),
            (
                Choice((), Finish.CONTENT_FILTER, said="no"),
                "refusal",
                None,
                {"type": "refusal", "category": None, "explanation": "no"},
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_why_it_ended(self, choice: Choice, reason: str, sequence: object, details: object) -> None:
        """In Anthropic's words."""
        body = _written(choice)

        assert (body["stop_reason"], body["stop_sequence"], body["stop_details"]) == (
            reason,
            sequence,
            details,
        )

    def test_only_the_first_choice_is_written(self) -> None:
        """There is no room for others."""
        body = _written(Choice((Text(text="b"),), index=1), Choice((Text(text="a"),)))

        assert [block["text"] for block in body["content"]] == ["a"]

    @pytest.mark.parametrize(
        ("part", "blocks"),
        [
            (Text(text=""), []),
            (
                Text(text="", state=_FOREIGN),
                [{"type": "thinking", "thinking": "", "signature": written(_FOREIGN, ANTHROPIC)}],
            ),
            (
                Text(
                    text="a",
                    citations=(Citation(url="https://a", title="t", quoted="q"), Citation(title="t")),
                ),
                [
                    {
                        "type": "text",
                        "text": "a",
                        "citations": [
                            {
                                "type": "web_search_result_location",
                                "cited_text": "q",
                                "encrypted_index": "",
                                "title": "t",
                                "url": "https://a",
                            }
                        ],
                    }
                ],
            ),
            (Refusal(text="no"), [{"type": "text", "text": "no", "citations": None}]),
            (
                Audio(source=Source(), transcript="said"),
                [{"type": "text", "text": "said", "citations": None}],
            ),
            (Reasoning(text="hm"), [{"type": "thinking", "thinking": "hm", "signature": ""}]),
            (Reasoning(), []),
            (
                Reasoning(text="hm", state=State(ANTHROPIC, "s")),
                [{"type": "thinking", "thinking": "hm", "signature": "s"}],
            ),
            (
                Reasoning(state=_FOREIGN),
                [{"type": "thinking", "thinking": "", "signature": written(_FOREIGN, ANTHROPIC)}],
            ),
            (
                Reasoning(state=State("anthropic.redacted", "x")),
                [{"type": "redacted_thinking", "data": "x"}],
            ),
            (
                ToolCall(id="t", name="f", arguments='{"a":1}'),
                [{"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}],
            ),
            (
                ToolCall(id="t", name="f", arguments='{"a":'),
                [{"type": "tool_use", "id": "t", "name": "f", "input": {}}],
            ),
            (
                ToolCall(id="t", name="f", arguments="free", custom=True),
                [{"type": "tool_use", "id": "t", "name": "f", "input": {"input": "free"}}],
            ),
            (Opaque(origin=ANTHROPIC, kind="x", value={"type": "x"}), [{"type": "x"}]),
            (Opaque(origin="openai_responses", kind="x", value={"type": "x"}), []),
            (Image(source=Source(data="AA=="), state=_FOREIGN), []),
        ],
        ids=lambda value: type(value).__name__ if isinstance(value, Part) else "",
    )
    def test_each_part(self, part: Part, blocks: Any) -> None:
        """What has no place here is left out."""
        assert _content(part) == blocks


class TestStates:
    @pytest.mark.parametrize(
        "parts",
        [
            (Reasoning(text="hm", state=_FOREIGN), Text(text="a")),
            (ToolCall(id="t", name="f", arguments="{}", state=State("gemini", "g")),),
            (
                Text(text="a", state=State("gemini", "1")),
                ToolCall(id="t", name="f", arguments="{}", state=State("gemini", "2")),
                ToolCall(id="u", name="f", arguments="{}"),
            ),
        ],
        ids=["a-thought", "a-call", "several"],
    )
    def test_a_client_brings_every_state_back_where_it_was(self, parts: tuple[Part, ...]) -> None:
        """Although only thoughts have a place for one here."""
        assert read_parts(*_content(*parts), role="assistant") == parts
