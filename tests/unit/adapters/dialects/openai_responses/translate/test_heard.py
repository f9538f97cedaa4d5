"""Items of a stream to the parts they are."""

import json
from typing import Any

import pytest

from oblivious.adapters import sse
from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Finished,
    Grown,
    Opened,
    Signed,
)
from oblivious.adapters.chat.parts import Citation, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_UPSTREAM
from oblivious.contracts.usage import Usage
from tests.fakes.events import RESPONSES

USAGE = {"input_tokens": 9, "output_tokens": 5}
COMPLETED: dict[str, Any] = {
    "type": "response.completed",
    "response": {"status": "completed", "usage": USAGE, "output": []},
}
END = [Counted(Usage(9, 5)), Finished(0, Finish.STOP), Ended()]
CALLED = [Counted(Usage(9, 5)), Finished(0, Finish.TOOL_CALLS), Ended()]


def decoded(*events: Any, plan: UpstreamPlan | None = None) -> list[ChatEvent]:
    """Decode events."""
    decoder = RESPONSES_UPSTREAM.decoder(plan or UpstreamPlan())
    found = [told for event in events for told in decoder.feed(json.dumps(event).encode())]
    return [*found, *decoder.finish()]


def added(item: dict[str, Any], index: Any = 0) -> dict[str, Any]:
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def done(item: dict[str, Any], index: Any = 0) -> dict[str, Any]:
    return {"type": "response.output_item.done", "output_index": index, "item": item}


def told(kind: str, index: int = 0, **members: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "item_id": f"i{index}", "output_index": index, **members}


def delta(kind: str, words: str, index: int = 0, **members: Any) -> dict[str, Any]:
    return told(f"{kind}.delta", index, delta=words, **members)


def text_item(*texts: str, **members: Any) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, **members} for text in texts]
    return {"type": "message", "id": "i0", "content": content}


CALL = {"type": "function_call", "id": "i0", "call_id": "c1", "name": "f", "arguments": '{"a":1}'}


class TestTexts:
    def test_a_whole_stream(self) -> None:
        """Promise, words, thoughts, usage, end."""
        decoder = RESPONSES_UPSTREAM.decoder(UpstreamPlan())
        found: list[ChatEvent] = []
        for event in sse.events(RESPONSES):
            found += decoder.feed(sse.data_of(event) or b"")

        assert found == [
            Begun("resp_1"),
            Opened(0, 0, Text()),
            Grown(0, 0, "Hello"),
            Opened(0, 1, Reasoning(summary=True)),
            Signed(0, 1, State(OPENAI_RESPONSES, "gAAAA")),
            Closed(0, 1),
            Closed(0, 0),
            Counted(Usage(9, 5, 3, reasoning_tokens=2)),
            Finished(0, Finish.STOP),
            Ended(),
        ]

    def test_what_is_repeated_counts_once(self) -> None:
        """Deltas, then the same words in three more events."""
        found = decoded(
            added({"type": "message", "id": "i0", "content": []}),
            told("content_part.added", content_index=0, part={"type": "output_text", "text": ""}),
            delta("output_text", "a", content_index=0, logprobs=[]),
            delta("output_text", "", content_index=0),
            delta("output_text", "b", content_index=0),
            told("output_text.done", content_index=0, text="ab"),
            told("content_part.done", content_index=0, part={"type": "output_text", "text": "ab"}),
            done(text_item("ab")),
            done(text_item("ab")),
            COMPLETED,
        )

        assert found == [Opened(0, 0, Text()), Grown(0, 0, "a"), Grown(0, 0, "b"), Closed(0, 0), *END]

    @pytest.mark.parametrize(
        "events",
        [
            [told("output_text.done", text="ab")],
            [told("content_part.done", part={"type": "output_text", "text": "ab"})],
            [done(text_item("ab"))],
            [added({"type": "message", "id": "i0"}), done(text_item("ab"))],
            [done({"type": "message", "content": "ab"}, None)],
            [],
        ],
        ids=["text", "content", "item", "item that began", "content as a text", "nothing but the end"],
    )
    def test_what_comes_whole(self, events: list[Any]) -> None:
        """At whatever level the vendor says it first."""
        start = [added({"type": "message", "id": "i0"})] if events and "content" in events[0]["type"] else []
        end = {**COMPLETED, "response": {**COMPLETED["response"], "output": [text_item("ab")]}}

        assert decoded(*start, *events, end) == [
            Opened(0, 0, Text()),
            Grown(0, 0, "ab"),
            Closed(0, 0),
            *END,
        ]

    def test_several_contents_and_a_refusal(self) -> None:
        """Each is a part of its own."""
        found = decoded(
            delta("output_text", "a", content_index=0),
            told("content_part.done", content_index=0, part={"type": "output_text", "text": "a"}),
            delta("refusal", "no", content_index=1),
            told("refusal.done", content_index=1, refusal="no"),
            done({"type": "message", "id": "i0", "content": [{"type": "output_text", "text": "a"}]}),
            COMPLETED,
        )

        assert found == [
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Closed(0, 0),
            Opened(0, 1, Refusal()),
            Grown(0, 1, "no"),
            Closed(0, 1),
            *END,
        ]

    def test_citations_are_told_once(self) -> None:
        """When they come, or with the complete content."""
        first = {
            "type": "url_citation",
            "url": "https://a.test",
            "title": "A",
            "start_index": 0,
            "end_index": 1,
        }
        second = {**first, "url": "https://b.test"}
        found = decoded(
            delta("output_text", "a"),
            told("output_text.annotation.added", content_index=0, annotation=first),
            told("output_text.annotation.added", content_index=0, annotation="odd"),
            done(text_item("a", annotations=[first, second])),
        )

        assert [event.citation for event in found if isinstance(event, Cited)] == [
            Citation("https://a.test", "A", 0, 1, native=(OPENAI_RESPONSES, first)),
            Citation("https://b.test", "A", 0, 1, native=(OPENAI_RESPONSES, second)),
        ]

    def test_probabilities_come_in_the_shape_of_chat(self) -> None:
        """With every member."""
        found = decoded(delta("output_text", "a", logprobs=[{"token": "a", "logprob": -0.5}, "odd"]))

        token = {"token": "a", "bytes": [97], "logprob": -0.5, "top_logprobs": []}
        assert found[1] == Grown(0, 0, "a", [token])


class TestCalls:
    def test_pieces_of_parallel_calls(self) -> None:
        """Each finds its own, by the place of its item."""
        found = decoded(
            added({**CALL, "arguments": ""}),
            delta("function_call_arguments", '{"a"'),
            added({"type": "custom_tool_call", "id": "i1", "call_id": "c2", "name": "g", "input": ""}, 1),
            delta("custom_tool_call_input", "free", 1),
            delta("function_call_arguments", ":1}"),
            told("function_call_arguments.done", arguments='{"a":1}'),
            done(CALL),
            told("custom_tool_call_input.done", 1, input="free"),
            done({"type": "custom_tool_call", "id": "i1", "call_id": "c2", "name": "g", "input": "free"}, 1),
            COMPLETED,
        )

        assert found == [
            Opened(0, 0, ToolCall(id="c1", name="f")),
            Grown(0, 0, '{"a"'),
            Opened(0, 1, ToolCall(id="c2", name="g", custom=True)),
            Grown(0, 1, "free"),
            Grown(0, 0, ":1}"),
            Closed(0, 0),
            Closed(0, 1),
            *CALLED,
        ]

    @pytest.mark.parametrize(
        "events",
        [
            [done(CALL)],
            [added(CALL), done(CALL)],
            [added(CALL), told("function_call_arguments.done", arguments='{"a":1}'), done(CALL)],
            [told("function_call_arguments.done", arguments='{"a":1}'), done(CALL)],
            [delta("function_call_arguments", '{"a":1}'), done(CALL)],
            [added({**CALL, "name": ""}), delta("function_call_arguments", '{"a":1}'), done(CALL)],
            [done({**CALL, "arguments": {"a": 1}}, None)],
            [added(CALL)],
        ],
        ids=[
            "the item alone",
            "added whole",
            "all but deltas",
            "without its beginning",
            "deltas without a beginning",
            "the name comes late",
            "an object, nowhere",
            "never done",
        ],
    )
    def test_what_vendors_leave_out(self, events: list[Any]) -> None:
        """The call is the same."""
        end = {**COMPLETED, "response": {**COMPLETED["response"], "output": [CALL]}}

        assert decoded(*events, end) == [
            Opened(0, 0, ToolCall(id="c1", name="f")),
            Grown(0, 0, '{"a":1}'),
            Closed(0, 0),
            *CALLED,
        ]

    def test_ids_that_change_with_every_event(self) -> None:
        """The place tells."""
        item = {**CALL, "arguments": ""}
        found = decoded(
            added({**item, "id": "x1"}),
            {**delta("function_call_arguments", '{"a"'), "item_id": "x2"},
            {**delta("function_call_arguments", ":1}"), "item_id": "x3"},
            done({**CALL, "id": "x4"}),
        )

        assert [event.text for event in found if isinstance(event, Grown)] == ['{"a"', ":1}"]

    def test_places_that_are_all_the_same(self) -> None:
        """The ids tell."""
        other = {**CALL, "id": "i9", "call_id": "c9"}
        found = decoded(added(CALL), done(CALL), added(other), done(other), COMPLETED)

        assert [event.value for event in found if isinstance(event, Opened)] == [
            ToolCall(id="c1", name="f"),
            ToolCall(id="c9", name="f"),
        ]

    def test_a_name_is_changed_back(self) -> None:
        """The client knows only its own."""
        found = decoded(added(CALL), plan=UpstreamPlan(tool_names={"f": "files.read"}))

        assert found == [Opened(0, 0, ToolCall(id="c1", name="files.read"))]

    def test_a_call_of_nobody_is_none(self) -> None:
        """Without a name nothing can be called."""
        assert decoded(delta("function_call_arguments", "{}"), COMPLETED) == END


class TestThoughts:
    def test_a_summary_in_parts(self) -> None:
        """Blank lines between them; the state comes with the complete item."""
        item = {
            "type": "reasoning",
            "id": "i0",
            "summary": [{"type": "summary_text", "text": text} for text in ("ab", "c")],
            "encrypted_content": "gAAA",
        }
        found = decoded(
            added({"type": "reasoning", "id": "i0", "summary": [], "encrypted_content": "unfinished"}),
            told("reasoning_summary_part.added", summary_index=0),
            delta("reasoning_summary_text", "a", summary_index=0),
            delta("reasoning_summary_text", "b", summary_index=0),
            told("reasoning_summary_text.done", summary_index=0, text="ab"),
            told("reasoning_summary_text.done", summary_index=1, text="c"),
            done(item),
        )

        assert found == [
            Opened(0, 0, Reasoning(summary=True)),
            Grown(0, 0, "a"),
            Grown(0, 0, "b"),
            Grown(0, 0, "\n\nc"),
            Signed(0, 0, State(OPENAI_RESPONSES, "gAAA")),
            Closed(0, 0),
        ]

    def test_thoughts_before_their_summary(self) -> None:
        """What comes first is told; the same again in other words is not."""
        found = decoded(
            delta("reasoning_text", "a", content_index=0),
            delta("reasoning_summary_text", "b", summary_index=0),
            COMPLETED,
        )

        assert found == [Opened(0, 0, Reasoning()), Grown(0, 0, "a"), Closed(0, 0), *END]

    def test_a_thought_that_is_only_a_state(self) -> None:
        """It is told all the same; one that is nothing at all is not."""
        found = decoded(
            done({"type": "reasoning", "id": "i0", "summary": [], "encrypted_content": "gAAA"}),
            done({"type": "reasoning", "id": "i1", "summary": []}, 1),
        )

        assert found == [
            Opened(0, 0, Reasoning(summary=True)),
            Signed(0, 0, State(OPENAI_RESPONSES, "gAAA")),
            Closed(0, 0),
        ]
