"""Neutral events to streams of the Responses API."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from openai.types.responses import ResponseStreamEvent
from pydantic import TypeAdapter

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Failed,
    Finished,
    Given,
    Grown,
    Opened,
    Signed,
)
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
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.carried import carried
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_CLIENT
from oblivious.contracts.errors import Overloaded
from oblivious.contracts.usage import Usage
from tests.fakes.events import parsed

EVENT: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)


def plan(*, wants_state: bool = True, exchange_id: str = "x1", **members: Any) -> ClientPlan:
    """Return what a small request leaves for its answer."""
    request = ChatRequest(**{"origin": OPENAI_RESPONSES, "model": "public", "turns": (), **members})
    return ClientPlan(request, wants_state=wants_state, exchange_id=exchange_id, created=7)


def stream(events: Iterable[ChatEvent], told_to: ClientPlan | None = None) -> bytes:
    """Return what the client gets."""
    encoder = RESPONSES_CLIENT.encoder(told_to or plan())
    return b"".join(encoder.feed(event) for event in events)


def encoded(*events: ChatEvent, told_to: ClientPlan | None = None) -> list[dict[str, Any]]:
    """Return the events, each seen to be named, numbered and as typed clients expect it."""
    found: list[dict[str, Any]] = []
    for number, (name, data) in enumerate(parsed(stream(events, told_to))):
        event = json.loads(data)
        EVENT.validate_json(data, strict=True)
        assert (event["type"], event["sequence_number"]) == (name, number)
        found.append(event)
    return found


def kinds(events: Iterable[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in events]


def items(events: Iterable[dict[str, Any]]) -> list[Any]:
    """Return the complete items."""
    return [event["item"] for event in events if event["type"] == "response.output_item.done"]


def spoken(part: int, value: Part, *words: str, closed: bool = True) -> list[ChatEvent]:
    """Return the events of a part."""
    grown: list[ChatEvent] = [Grown(0, part, word) for word in words]
    return [Opened(0, part, value), *grown, *([Closed(0, part)] if closed else [])]


END: list[ChatEvent] = [Counted(Usage(9, 5, 3)), Finished(0, Finish.STOP), Ended()]
CALL = ToolCall(id="c1", name="f")


class TestOrder:
    def test_a_text(self) -> None:
        """The full sequence, as OpenAI has it."""
        found = encoded(Begun(), *spoken(0, Text(), "Hel", "lo"), *END)

        assert kinds(found) == [
            "created",
            "in_progress",
            "output_item.added",
            "content_part.added",
            "output_text.delta",
            "output_text.delta",
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "completed",
        ]
        assert found[4] == {
            "type": "response.output_text.delta",
            "sequence_number": 4,
            "item_id": "msg_x1_0",
            "output_index": 0,
            "content_index": 0,
            "delta": "Hel",
            "logprobs": [],
        }
        assert found[6]["text"] == "Hello"
        assert found[-1]["response"]["output"] == items(found)

    def test_a_thought_and_a_call(self) -> None:
        """Summaries in parts, arguments in pieces."""
        found = encoded(*spoken(0, Reasoning(), "hm"), *spoken(1, CALL, "{}"), *END)

        assert kinds(found)[2:-1] == [
            "output_item.added",
            "reasoning_summary_part.added",
            "reasoning_summary_text.delta",
            "reasoning_summary_text.done",
            "reasoning_summary_part.done",
            "output_item.done",
            "output_item.added",
            "function_call_arguments.delta",
            "function_call_arguments.done",
            "output_item.done",
        ]
        assert [event["output_index"] for event in found[2:-1]] == [0] * 6 + [1] * 4

    def test_texts_in_a_row_are_one_message(self) -> None:
        """With a content for each."""
        found = encoded(*spoken(0, Text(), "a"), *spoken(1, Text(), "b"), *spoken(2, Refusal(), "no"), *END)

        (message,) = items(found)
        assert [content["type"] for content in message["content"]] == [
            "output_text",
            "output_text",
            "refusal",
        ]
        assert [event["content_index"] for event in found if "delta" in event] == [0, 1, 2]

    def test_parts_that_grow_together_are_told_in_turn(self) -> None:
        """A later one waits until those before it are complete."""
        found = encoded(
            Opened(0, 0, CALL),
            Opened(0, 1, ToolCall(id="c2", name="f")),
            Grown(0, 1, "[2"),
            Grown(0, 0, "[1"),
            Given(0, 2, Image(source=Source(data="aGk="))),
            Grown(0, 1, "]"),
            Opened(0, 3, ToolCall(id="c4", name="f")),
            Closed(0, 1),
            Grown(0, 3, "[4"),
            Grown(0, 0, "]"),
            Closed(0, 0),
            Grown(0, 3, "]"),
            Closed(0, 3),
            *END,
        )

        assert [item.get("arguments") for item in items(found)] == ["[1]", "[2]", None, "[4]"]
        indexes = [event["output_index"] for event in found if "output_index" in event]
        assert indexes == sorted(indexes)

    def test_what_nobody_closed_is_closed(self) -> None:
        """A stream that ends well is complete."""
        found = encoded(*spoken(0, CALL, "1", closed=False), *spoken(1, CALL, "2", closed=False), *END)

        assert [item["arguments"] for item in items(found)] == ["1", "2"]

    def test_other_choices_are_left_out(self) -> None:
        """There is one response."""
        found = encoded(
            *spoken(0, Text(), "a", closed=False),
            Opened(1, 0, Text()),
            Grown(1, 0, "b"),
            Finished(1, Finish.LENGTH),
        )

        assert [event["delta"] for event in found if "delta" in event] == ["a"]

    def test_what_says_nothing_is_no_item(self) -> None:
        """Empty texts and thoughts, sounds, what is another dialect's, and sources of anything but texts."""
        found = encoded(
            *spoken(0, Text(), ""),
            *spoken(1, Reasoning()),
            *spoken(2, Audio(source=Source()), "words"),
            Given(0, 3, Opaque(origin="anthropic", kind="server_tool_use", value={})),
            Given(0, 4, Image(source=Source(url="https://a.test/b.png"))),
            Grown(0, 9, "of nobody"),
            Opened(0, 5, CALL),
            Cited(0, 5, Citation(url="https://a.test")),
            Closed(0, 5),
            Opened(0, 6, Reasoning()),
            Cited(0, 6, Citation(url="https://a.test")),
            Closed(0, 6),
            *END,
        )

        assert [item["type"] for item in items(found)] == ["function_call"]
        assert "output_text.annotation.added" not in kinds(found)

    def test_items_of_this_dialect_go_through(self) -> None:
        """As they are."""
        item = {
            "type": "web_search_call",
            "id": "ws_1",
            "status": "completed",
            "action": {"type": "search", "query": "q"},
        }
        found = encoded(
            *spoken(0, Text(), "a"), Given(0, 1, Opaque(origin=OPENAI_RESPONSES, kind="x", value=item)), *END
        )

        assert items(found)[1] == item

    def test_arguments_that_never_came_are_an_empty_object(self) -> None:
        """In the pieces, too; free text may be empty."""
        found = encoded(*spoken(0, CALL), *spoken(1, ToolCall(id="c2", name="g", custom=True)), *END)

        assert [event["delta"] for event in found if "delta" in event] == ["{}"]
        assert [item.get("arguments", item.get("input")) for item in items(found)] == ["{}", ""]


class TestStates:
    def test_they_come_with_the_complete_item(self) -> None:
        """Those of calls and texts as reasoning right behind them."""
        state = State("gemini", "sig")
        found = encoded(
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Signed(0, 0, state),
            Closed(0, 0),
            *spoken(1, ToolCall(id="c1", name="f", state=state), "{}"),
            Opened(0, 2, Reasoning()),
            Signed(0, 2, State(OPENAI_RESPONSES, "gAAA")),
            Closed(0, 2),
            *END,
        )

        assert [(item["type"], item.get("encrypted_content")) for item in items(found)] == [
            ("message", None),
            ("reasoning", carried(state, "")),
            ("function_call", None),
            ("reasoning", carried(state, "c1")),
            ("reasoning", "gAAA"),
        ]

    def test_who_takes_none_gets_none(self) -> None:
        """Only words."""
        state = State("gemini", "sig")
        found = encoded(
            *spoken(0, Text(state=state), "a"),
            *spoken(1, Reasoning(state=state)),
            *spoken(2, Reasoning(state=state), "hm"),
            *END,
            told_to=plan(wants_state=False),
        )

        assert [item["type"] for item in items(found)] == ["message", "reasoning"]
        assert "encrypted_content" not in items(found)[1]


class TestEnd:
    @pytest.mark.parametrize(
        ("finish", "kind", "status", "details"),
        [
            (Finish.STOP, "completed", "completed", None),
            (Finish.PAUSE, "completed", "completed", None),
            (Finish.LENGTH, "incomplete", "incomplete", {"reason": "max_output_tokens"}),
            (Finish.CONTENT_FILTER, "incomplete", "incomplete", {"reason": "content_filter"}),
        ],
    )
    def test_why_it_ended(self, finish: Finish, kind: str, status: str, details: Any) -> None:
        """By the last event, and by the last message."""
        found = encoded(*spoken(0, Text(), "a"), Finished(0, finish), Ended())
        response = found[-1]["response"]

        assert kinds(found)[-1] == kind
        assert (response["status"], response["incomplete_details"]) == (status, details)
        assert items(found)[-1]["status"] == status
        assert response["usage"] is None

    def test_usage_may_come_late_and_twice(self) -> None:
        """The last one counts."""
        found = encoded(
            Counted(Usage(1, 1), complete=False),
            Finished(0, Finish.STOP),
            Counted(Usage(9, 5), service_tier="priority"),
            Ended(),
        )

        assert found[-1]["response"]["usage"]["total_tokens"] == 14
        assert found[-1]["response"]["service_tier"] == "priority"

    def test_a_failure_is_not_ours_to_say(self) -> None:
        """Nor is a stream that breaks off ever ended here."""
        assert stream([Failed(Overloaded("m"))]) == b""
        assert b"completed" not in stream([Begun(), *spoken(0, Text(), "a", closed=False)])
