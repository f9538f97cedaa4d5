from typing import Any

import pytest

from oblivious.adapters.chat.parts import Audio, Image, Opaque, Reasoning, Source, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from tests.unit.adapters.dialects.anthropic.translate.samples import HELLO, request, written


def _said(*turns: Turn) -> list[tuple[str, list[Any]]]:
    return [(message["role"], message["content"]) for message in written(request(*turns))["messages"]]


def _text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


class TestWriteMessages:
    def test_turns_alternate(self) -> None:
        """Speakers' names are not known here; what holds nothing is no turn."""
        turns = (
            HELLO,
            Turn("user", (Text(text="b"),), "Ann"),
            Turn("assistant", ()),
            Turn("assistant", (Text(text=" "),)),
            Turn("user", (Text(text="c"),)),
            Turn("assistant", (Text(text="d"),)),
            Turn("assistant", (Text(text="e"),)),
            HELLO,
        )

        assert _said(*turns) == [
            ("user", [_text("Hello"), _text("b"), _text("c")]),
            ("assistant", [_text("d"), _text("e")]),
            ("user", [_text("Hello")]),
        ]

    def test_results_come_first(self) -> None:
        """All of a turn in one message, in the order of their coming."""
        first, second = ToolResult(call_id="t1"), ToolResult(call_id="t2")
        calls = Turn("assistant", (ToolCall(id="t1", name="f"), ToolCall(id="t2", name="f")))
        said = _said(HELLO, calls, Turn("user", (Text(text="a"), first)), Turn("user", (second,)))

        assert [block["type"] for block in said[2][1]] == ["tool_result", "tool_result", "text"]
        assert [block.get("tool_use_id") for block in said[2][1]] == ["t1", "t2", None]

    def test_the_end_of_a_last_text_is_stripped(self) -> None:
        """The model goes on with it; Anthropic refuses white space there, and only there."""
        answer = Turn("assistant", (Text(text="a \n"),))

        assert _said(HELLO, answer, HELLO, answer)[1::2] == [
            ("assistant", [_text("a \n")]),
            ("assistant", [_text("a")]),
        ]

    @pytest.mark.parametrize(
        "part",
        [
            Reasoning(text="hm"),
            Reasoning(text="hm", state=State("gemini", "g")),
            Opaque(origin="openai_responses", kind="web_search_call", value={}),
            Image(source=Source(url="https://a")),
            Audio(source=Source(), id="audio_1"),
        ],
        ids=lambda part: type(part).__name__,
    )
    def test_what_an_assistant_cannot_have_said_here_is_left_out(self, part: Any) -> None:
        """Thoughts of others, their items, and media."""
        assert _said(HELLO, Turn("assistant", (part, Text(text="a"))))[1] == ("assistant", [_text("a")])

    def test_its_own_goes_back_unchanged(self) -> None:
        """Anthropic checks the signatures of thoughts."""
        opaque = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}}
        turn = Turn(
            "assistant",
            (
                Reasoning(text="hm", state=State(ANTHROPIC, "sig")),
                Reasoning(state=State("anthropic.redacted", "x")),
                Opaque(origin=ANTHROPIC, kind="server_tool_use", value=opaque),
            ),
        )

        assert _said(HELLO, turn)[1][1] == [
            {"type": "thinking", "thinking": "hm", "signature": "sig"},
            {"type": "redacted_thinking", "data": "x"},
            opaque,
        ]
