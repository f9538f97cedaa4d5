"""Input items to turns."""

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
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
    ToolResult,
)
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Tool, Turn
from oblivious.adapters.chat.state import State, written
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.endpoints import RESPONSES
from oblivious.adapters.dialects.openai_responses.face import OpenAIResponses
from oblivious.adapters.dialects.openai_responses.translate.carried import carried
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_CLIENT

PNG = "data:image/png;base64,aGk="
HI = Turn("user", (Text(text="hi"),))


def read(**members: Any) -> tuple[ChatRequest, ClientPlan]:
    """Read what a client sends."""
    body = json.dumps({"model": "m", "input": "hi", **members}).encode()
    return RESPONSES_CLIENT.read_request(OpenAIResponses().envelope(RESPONSES, body))


def turns(*items: Any) -> tuple[Turn, ...]:
    return read(input=list(items))[0].turns


def hosted(name: str, native: dict[str, Any]) -> Tool:
    return Tool(kind="hosted", name=name, origin=OPENAI_RESPONSES, native=native)


PARTS = [
    pytest.param({"type": "input_text", "text": "a"}, Text(text="a"), id="text"),
    pytest.param({"text": "a"}, Text(text="a"), id="text without a type"),
    pytest.param("a", Text(text="a"), id="text alone"),
    pytest.param(
        {"type": "input_text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit", "ttl": "12h"}},
        Text(text="a", cache=CacheMark("1h")),
        id="a cache mark",
    ),
    pytest.param(
        {"type": "input_text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "5m"}},
        Text(text="a", cache=CacheMark("5m")),
        id="a cache mark of Anthropic's",
    ),
    pytest.param(
        {"type": "input_image", "image_url": PNG, "detail": "low"},
        Image(source=Source(data="aGk=", media_type="image/png"), detail="low"),
        id="an image as data",
    ),
    pytest.param(
        {"type": "input_image", "image_url": "https://a.test/b.png", "detail": "auto"},
        Image(source=Source(url="https://a.test/b.png")),
        id="an image elsewhere",
    ),
    pytest.param(
        {"type": "input_image", "file_id": "file_1"},
        Image(source=Source(file_id="file_1")),
        id="an image by id",
    ),
    pytest.param(
        {"type": "image_url", "image_url": {"url": PNG}},
        Image(source=Source(data="aGk=", media_type="image/png")),
        id="an image as chat completions write it",
    ),
    pytest.param(
        {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "mp3"}},
        Audio(source=Source(data="aGk=", media_type="audio/mp3"), format="mp3"),
        id="audio",
    ),
    pytest.param(
        {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,aGk="},
        File(source=Source(data="aGk=", media_type="application/pdf"), name="a.pdf"),
        id="a file as data",
    ),
    pytest.param(
        {"type": "input_file", "file_data": "aGk="},
        File(source=Source(data="aGk=", media_type="application/pdf")),
        id="a file as bare base64",
    ),
    pytest.param(
        {"type": "input_file", "file_url": "https://a.test/a.pdf"},
        File(source=Source(url="https://a.test/a.pdf")),
        id="a file elsewhere",
    ),
    pytest.param(
        {"type": "input_file", "file_id": "f1"}, File(source=Source(file_id="f1")), id="a file by id"
    ),
    pytest.param(
        {"type": "input_scent", "scent": "rose"},
        Opaque(origin=OPENAI_RESPONSES, kind="input_scent", value={"type": "input_scent", "scent": "rose"}),
        id="what nobody knows",
    ),
]


class TestInput:
    def test_a_text_is_what_the_user_says(self) -> None:
        """The shortest request there is."""
        assert read()[0].turns == (HI,)

    def test_instructions_come_first(self) -> None:
        """They are the system's."""
        assert read(instructions="be brief")[0].turns == (Turn("system", (Text(text="be brief"),)), HI)

    @pytest.mark.parametrize(("written_as", "part"), PARTS)
    def test_parts(self, written_as: Any, part: Any) -> None:
        """Every kind that clients send."""
        assert turns({"role": "user", "content": [written_as]}) == (Turn("user", (part,)),)

    @pytest.mark.parametrize("role", ["system", "developer", "user"])
    def test_messages_keep_their_place_and_role(self, role: Any) -> None:
        """With or without a type, as text or as parts."""
        plain = {"role": role, "content": "a"}
        typed = {"type": "message", "role": role, "content": [{"type": "input_text", "text": "a"}]}

        assert turns(plain, typed) == (Turn(role, (Text(text="a"),)),) * 2

    def test_what_an_assistant_does_in_a_row_is_one_turn(self) -> None:
        """Thoughts, words, calls, and what only this dialect has; results end it, each a turn of its own."""
        search = {"type": "web_search_call", "id": "ws_1", "status": "completed"}
        found = turns(
            {"role": "user", "content": "hi"},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hm"}]},
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "a"}, {"type": "refusal", "refusal": "no"}],
            },
            search,
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"a":1}'},
            {"type": "custom_tool_call", "call_id": "c2", "name": "g", "input": "free"},
            {"type": "function_call_output", "call_id": "c1", "output": "1"},
            {
                "type": "custom_tool_call_output",
                "call_id": "c2",
                "output": [{"type": "input_text", "text": "2"}],
            },
            {"role": "assistant", "content": "done"},
        )

        assert found == (
            HI,
            Turn(
                "assistant",
                (
                    Reasoning(text="hm", summary=True),
                    Text(text="a"),
                    Refusal(text="no"),
                    Opaque(origin=OPENAI_RESPONSES, kind="web_search_call", value=search),
                    ToolCall(id="c1", name="f", arguments='{"a":1}'),
                    ToolCall(id="c2", name="g", arguments="free", custom=True),
                ),
            ),
            Turn("user", (ToolResult(call_id="c1", content=(Text(text="1"),), name="f"),)),
            Turn("user", (ToolResult(call_id="c2", content=(Text(text="2"),), name="g", custom=True),)),
            Turn("assistant", (Text(text="done"),)),
        )

    @pytest.mark.parametrize("output", [None, "", []])
    def test_a_result_without_content_is_an_empty_text(self, output: Any) -> None:
        """Tools that say nothing are common."""
        found = turns({"type": "function_call_output", "call_id": "c1", "output": output})

        assert found == (Turn("user", (ToolResult(call_id="c1", content=(Text(text=""),)),)),)

    def test_a_result_shows_pictures(self) -> None:
        """Beside its words."""
        shown = {"type": "input_image", "image_url": PNG}
        found = turns({"type": "function_call_output", "call_id": "c1", "output": [shown]})

        image = Image(source=Source(data="aGk=", media_type="image/png"))
        assert found[0].parts == (ToolResult(call_id="c1", content=(image,)),)

    def test_citations_are_read(self) -> None:
        """URLs by their place, files by their name."""
        cited = {
            "type": "url_citation",
            "url": "https://a.test",
            "title": "A",
            "start_index": 0,
            "end_index": 1,
        }
        kept = {"type": "file_citation", "file_id": "f1", "filename": "b.pdf", "index": 0}
        content = {"type": "output_text", "text": "a", "annotations": [cited, kept]}
        found = turns({"role": "assistant", "content": [content]})[0].parts[0]

        assert found == Text(
            text="a",
            citations=(
                Citation(url="https://a.test", title="A", start=0, end=1, native=(OPENAI_RESPONSES, cited)),
                Citation(title="b.pdf", native=(OPENAI_RESPONSES, kept)),
            ),
        )


class TestStates:
    def test_reasoning_brings_its_state_back(self) -> None:
        """This dialect's own, and a foreign one in its wrapping."""
        foreign = State("anthropic", "sig")
        found = turns(
            {"type": "reasoning", "summary": [], "encrypted_content": "gAAA"},
            {
                "type": "reasoning",
                "summary": [{"type": "summary_text", "text": "a"}, {"type": "summary_text", "text": "b"}],
                "encrypted_content": written(foreign, OPENAI_RESPONSES),
            },
            {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "c"}]},
            {"type": "reasoning", "summary": []},
        )

        assert found[0].parts == (
            Reasoning(summary=True, state=State(OPENAI_RESPONSES, "gAAA")),
            Reasoning(text="a\n\nb", summary=True, state=foreign),
            Reasoning(text="c"),
        )

    def test_states_of_calls_and_texts_go_back_to_them(self) -> None:
        """They came as reasoning, because nothing else has a place for them."""
        state, other = State("gemini", "sig"), State("gemini", "sig2")
        found = turns(
            {"role": "assistant", "content": "a"},
            {"type": "reasoning", "summary": [], "encrypted_content": carried(other, "")},
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
            {"type": "function_call", "call_id": "c2", "name": "f", "arguments": "{}"},
            {"type": "reasoning", "summary": [], "encrypted_content": carried(state, "c1")},
        )

        assert found[0].parts == (
            Text(text="a", state=other),
            ToolCall(id="c1", name="f", arguments="{}", state=state),
            ToolCall(id="c2", name="f", arguments="{}"),
        )

    def test_a_state_without_its_text_stands_alone(self) -> None:
        """A model can sign without a word; a call that is gone takes its state along."""
        state = State("gemini", "sig")
        lost = {"type": "reasoning", "summary": [], "encrypted_content": carried(state, "gone")}
        alone = {"type": "reasoning", "summary": [], "encrypted_content": carried(state, "")}

        assert turns(lost, alone) == (Turn("assistant", (Text(text="", state=state),)),)
