"""Turns to input items."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import (
    Audio,
    CacheMark,
    Citation,
    File,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Turn
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_UPSTREAM
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import InvalidRequest

HI = Turn("user", (Text(text="hi"),))
SAID_HI = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}


def asked(*said: Turn, **members: Any) -> ChatRequest:
    return ChatRequest(**{"origin": "elsewhere", "model": "m", "turns": said or (HI,), **members})


def written(request: ChatRequest) -> tuple[dict[str, Any], UpstreamPlan]:
    """Write for an upstream; return its body and the plan."""
    out = RESPONSES_UPSTREAM.write_request(request, Target(PROVIDERS["openai"], "up"))
    assert out.path == "responses"
    return json.loads(out.body), out.plan


def items(*said: Turn) -> list[Any]:
    found: list[Any] = written(asked(*said))[0]["input"]
    return found


class TestConversation:
    def test_the_least_request(self) -> None:
        """Nothing is stored, and reasoning comes encrypted, so that it can come back."""
        assert written(asked())[0] == {
            "model": "up",
            "input": [SAID_HI],
            "store": False,
        }

    def test_instructions_are_what_instructs_from_the_beginning(self) -> None:
        """What instructs later stays in its place."""
        body, _ = written(
            asked(
                Turn("system", (Text(text="a"), Text(text="b"))),
                Turn("developer", (Text(text="c"),)),
                HI,
                Turn("system", (Text(text="d"),)),
            )
        )

        later = {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "d"}]}
        assert body["instructions"] == "a\n\nb\n\nc"
        assert body["input"] == [SAID_HI, later]

    def test_something_is_always_said(self) -> None:
        """A conversation of instructions alone keeps its last one as a message."""
        body, _ = written(asked(Turn("system", (Text(text="a"),)), Turn("system", (Text(text="b"),))))

        assert body["instructions"] == "a"
        assert body["input"][0]["content"] == [{"type": "input_text", "text": "b"}]

    @pytest.mark.parametrize(
        ("part", "expected"),
        [
            pytest.param(
                Image(source=Source(data="aGk=", media_type="image/png")),
                {"type": "input_image", "image_url": "data:image/png;base64,aGk=", "detail": "auto"},
                id="an image as data",
            ),
            pytest.param(
                Image(source=Source(file_id="f1"), detail="low"),
                {"type": "input_image", "file_id": "f1", "detail": "low"},
                id="an image by id",
            ),
            pytest.param(
                File(source=Source(data="aGk=", media_type="application/pdf"), name="a.pdf"),
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,aGk="},
                id="a file as data",
            ),
            pytest.param(
                File(source=Source(data="aGk=", media_type="text/csv")),
                {"type": "input_file", "filename": "file.txt", "file_data": "data:text/csv;base64,aGk="},
                id="a file without a name",
            ),
            pytest.param(
                File(source=Source(url="https://a.test/a.pdf"), name="a.pdf"),
                {"type": "input_file", "file_url": "https://a.test/a.pdf"},
                id="a file elsewhere",
            ),
            pytest.param(
                File(source=Source(file_id="f1")), {"type": "input_file", "file_id": "f1"}, id="a file by id"
            ),
            pytest.param(
                File(source=Source(text="words"), name="A"),
                {"type": "input_text", "text": "A\n\nwords"},
                id="plain text",
            ),
            pytest.param(
                Audio(source=Source(data="aGk=", media_type="audio/wav")),
                {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
                id="audio",
            ),
            pytest.param(
                Text(text="a", cache=CacheMark("1h")),
                {"type": "input_text", "text": "a"},
                id="a text with a cache mark",
            ),
        ],
    )
    def test_parts(self, part: Part, expected: dict[str, Any]) -> None:
        """Each as a content part."""
        assert items(Turn("user", (part,)))[0]["content"] == [expected]

    @pytest.mark.parametrize(
        "part",
        [Video(source=Source(url="https://a.test/b.mp4")), Audio(source=Source(url="https://a.test/b.mp3"))],
        ids=["a video", "a sound elsewhere"],
    )
    def test_what_cannot_be_said_is_refused(self, part: Part) -> None:
        """Not left out: the answer would be about something else."""
        with pytest.raises(InvalidRequest):
            items(Turn("user", (part,)))

    def test_a_tool_loop(self) -> None:
        """Calls and results are items; results come first in their turn, with pictures as parts."""
        image = Image(source=Source(url="https://a.test/b.png"))
        found = items(
            HI,
            Turn(
                "assistant",
                (
                    Text(text="a", citations=(Citation(url="https://a.test"),)),
                    Text(text="b"),
                    ToolCall(id="c1", name="f"),
                    ToolCall(id="c2", name="g", arguments="free", custom=True),
                    Refusal(text="no"),
                ),
            ),
            Turn(
                "user",
                (
                    Text(text="and"),
                    ToolResult(call_id="c1", content=(Text(text="1"),)),
                    ToolResult(call_id="c2", content=(Text(text="2"), image)),
                ),
            ),
        )

        assert found[1:] == [
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "a"}, {"type": "output_text", "text": "b"}],
            },
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
            {"type": "custom_tool_call", "call_id": "c2", "name": "g", "input": "free"},
            {"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]},
            {"type": "function_call_output", "call_id": "c1", "output": "1"},
            {
                "type": "custom_tool_call_output",
                "call_id": "c2",
                "output": [
                    {"type": "input_text", "text": "2"},
                    {"type": "input_image", "image_url": "https://a.test/b.png", "detail": "auto"},
                ],
            },
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "and"}]},
        ]

    def test_ids_are_made_legal_on_both_sides(self) -> None:
        """A call and its result still find each other."""
        call, output = items(
            Turn("assistant", (ToolCall(id="a.b:c", name="f"),)),
            Turn("user", (ToolResult(call_id="a.b:c"),)),
        )

        assert call["call_id"] == output["call_id"] != "a.b:c"
        assert output["output"] == ""

    def test_only_own_states_go_up(self) -> None:
        """A thought of another maker would be refused."""
        own = State(OPENAI_RESPONSES, "gAAA")
        found = items(
            Turn(
                "assistant",
                (
                    Reasoning(text="a", summary=True, state=own),
                    Reasoning(text="b", state=own),
                    Reasoning(state=own),
                    Reasoning(text="c", state=State("anthropic", "sig")),
                    Reasoning(text="d"),
                ),
            )
        )

        head = {"type": "reasoning", "summary": [], "encrypted_content": "gAAA"}
        assert found == [
            {**head, "summary": [{"type": "summary_text", "text": "a"}]},
            {**head, "content": [{"type": "reasoning_text", "text": "b"}]},
            head,
        ]

    def test_opaque_items_go_home(self) -> None:
        """To their own dialect, and to no other."""
        own = Opaque(origin=OPENAI_RESPONSES, kind="compaction", value={"type": "compaction", "id": "c"})
        other = Opaque(origin="anthropic", kind="server_tool_use", value={})

        assert items(Turn("assistant", (own, other))) == [own.value]

    def test_what_a_model_drew_or_spoke_is_shown_again(self) -> None:
        """A picture as the user's, a sound by its words."""
        drawn, spoken = items(
            Turn(
                "assistant",
                (
                    Image(source=Source(data="aGk=", media_type="image/png")),
                    Audio(source=Source(), id="audio_1", transcript="hello"),
                ),
            )
        )

        assert (drawn["role"], drawn["content"][0]["type"]) == ("user", "input_image")
        assert spoken["content"] == [{"type": "output_text", "text": "hello"}]
