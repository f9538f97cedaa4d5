import json
from typing import Any

import pytest

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
from oblivious.adapters.chat.parts import Citation, Opaque, Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.translate.face import MESSAGES_UPSTREAM
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.contracts.errors import Garbled, Overloaded, UpstreamError
from oblivious.contracts.usage import Usage
from tests.fakes.events import MESSAGES, parsed

Json = dict[str, Any]

_END: list[ChatEvent] = [Finished(0, Finish.STOP), Ended()]


def _decoded(*events: Json | bytes, plan: UpstreamPlan | None = None) -> list[ChatEvent]:
    decoder = MESSAGES_UPSTREAM.decoder(plan or UpstreamPlan())
    fed = [
        decoder.feed(event if isinstance(event, bytes) else json.dumps(event).encode()) for event in events
    ]
    return [said for each in fed for said in each] + list(decoder.finish())


def _start(index: int = 0, **block: Any) -> Json:
    return {"type": "content_block_start", "index": index, "content_block": block}


def _delta(index: int = 0, **delta: Any) -> Json:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def _stop(index: int = 0) -> Json:
    return {"type": "content_block_stop", "index": index}


def _piece(text: str, index: int = 0) -> Json:
    return _delta(index, type="input_json_delta", partial_json=text)


_STOP: Json = {"type": "message_stop"}
_CALL: Json = {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}


class TestDecoder:
    def test_a_whole_stream(self) -> None:
        """The first count is a placeholder; a ping says nothing."""
        assert _decoded(*(data.encode() for _, data in parsed(MESSAGES))) == [
            Begun("msg_1"),
            Counted(Usage(29, 1, 4), complete=False),
            Opened(0, 0, Text()),
            Grown(0, 0, "Hello"),
            Closed(0, 0),
            Finished(0, Finish.STOP),
            Counted(Usage(29, 15, 4)),
            Ended(),
        ]

    def test_thoughts(self) -> None:
        """Their signature comes last; hidden ones come whole."""
        said = _decoded(
            _start(type="thinking", thinking="", signature=""),
            _delta(type="thinking_delta", thinking="hm"),
            _delta(type="signature_delta", signature="sig"),
            _stop(),
            _start(1, type="redacted_thinking", data="x"),
            _stop(1),
        )

        assert said == [
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "hm"),
            Signed(0, 0, State(ANTHROPIC, "sig")),
            Closed(0, 0),
            Opened(0, 1, Reasoning()),
            Signed(0, 1, State("anthropic.redacted", "x")),
            Closed(0, 1),
        ]

    def test_citations(self) -> None:
        """Each as it comes."""
        citation = {"type": "web_search_result_location", "url": "https://a", "encrypted_index": "i"}
        said = _decoded(_start(type="text", text="a"), _delta(type="citations_delta", citation=citation))

        assert said == [
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Cited(0, 0, Citation(url="https://a", native=(ANTHROPIC, citation))),
        ]

    def test_calls(self) -> None:
        """By the client's names; without arguments nothing grows."""
        said = _decoded(
            _start(type="tool_use", id="t1", name="a_b", input={}),
            _piece(""),
            _piece('{"a"'),
            _piece(":1}"),
            _stop(),
            _start(1, type="tool_use", id="t2", name="g", input={}),
            _stop(1),
            {"type": "message_delta", "delta": {"stop_reason": "tool_use"}},
            _STOP,
            plan=UpstreamPlan(tool_names={"a_b": "a.b"}),
        )

        assert said == [
            Opened(0, 0, ToolCall(id="t1", name="a.b")),
            Grown(0, 0, '{"a"'),
            Grown(0, 0, ":1}"),
            Closed(0, 0),
            Opened(0, 1, ToolCall(id="t2", name="g")),
            Closed(0, 1),
            Finished(0, Finish.TOOL_CALLS),
            Ended(),
        ]

    def test_a_call_that_comes_whole(self) -> None:
        """Some vendors put the arguments into the start."""
        said = _decoded(_start(type="tool_use", id="t1", name="f", input={"a": 1}), _stop())

        assert said[1:] == [Grown(0, 0, '{"a":1}'), Closed(0, 0)]

    def test_free_text_is_unwrapped(self) -> None:
        """It is known when its wrapping is complete."""
        said = _decoded(
            _start(type="tool_use", id="t1", name="patch", input={}),
            _piece('{"input":"a'),
            _piece('\\nb"}'),
            _stop(),
            plan=UpstreamPlan(custom_tools=frozenset({"patch"})),
        )

        assert said == [
            Opened(0, 0, ToolCall(id="t1", name="patch", custom=True)),
            Grown(0, 0, "a\nb"),
            Closed(0, 0),
        ]

    def test_a_forced_tool_is_the_answer(self) -> None:
        """The client asked for text of a certain form, and for no tool."""
        said = _decoded(
            _start(type="tool_use", id="t1", name="respond", input={}),
            _piece('{"a":1}'),
            _stop(),
            {"type": "message_delta", "delta": {"stop_reason": "tool_use"}},
            _STOP,
            plan=UpstreamPlan(schema_tool="respond"),
        )

        assert said == [Opened(0, 0, Text()), Grown(0, 0, '{"a":1}'), Closed(0, 0), *_END]

    def test_items_of_the_dialect_are_given_whole(self) -> None:
        """Other dialects have no words for them; a compaction grows like a text."""
        result = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [{"url": "https://a"}]}
        said = _decoded(
            _start(type="server_tool_use", id="s1", name="web_search", input={}),
            _piece('{"query":"q"}'),
            _stop(),
            _start(1, **result),
            _stop(1),
            _start(2, type="compaction", content=None),
            _delta(2, type="compaction_delta", content="so "),
            _delta(2, type="compaction_delta", content="far"),
            _stop(2),
            _STOP,
        )

        call = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}}
        assert said == [
            Given(0, 0, Opaque(origin=ANTHROPIC, kind="server_tool_use", value=call)),
            Given(0, 1, Opaque(origin=ANTHROPIC, kind="web_search_tool_result", value=result)),
            Given(
                0,
                2,
                Opaque(
                    origin=ANTHROPIC, kind="compaction", value={"type": "compaction", "content": "so far"}
                ),
            ),
            *_END,
        ]


class TestWholeStarts:
    """Where code that the model wrote calls tools, a message may come whole with its start."""

    def _begun(self, reason: str | None, *content: Json) -> Json:
        usage = {"input_tokens": 9, "output_tokens": 4}
        return {
            "type": "message_start",
            "message": {"id": "m", "content": content, "stop_reason": reason, "usage": usage},
        }

    def test_all_of_it_is_said(self) -> None:
        """Its counts are no placeholder then, and it ends once."""
        assert _decoded(self._begun("max_tokens", {"type": "text", "text": "a"}, _CALL), _STOP) == [
            Begun("m"),
            Counted(Usage(9, 4)),
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Closed(0, 0),
            Opened(0, 1, ToolCall(id="t", name="f")),
            Grown(0, 1, '{"a":1}'),
            Closed(0, 1),
            Finished(0, Finish.LENGTH),
            Ended(),
        ]

    def test_it_may_go_on(self) -> None:
        """Until it says why it ends."""
        said = _decoded(
            self._begun(None, _CALL),
            _start(0, type="text", text=""),
            _delta(0, type="text_delta", text="a"),
            _STOP,
        )

        assert Counted(Usage(9, 4), complete=False) in said
        assert [event for event in said if isinstance(event, Opened)] == [
            Opened(0, 0, ToolCall(id="t", name="f")),
            Opened(0, 1, Text()),
        ]
        assert said[-2:] == [Finished(0, Finish.TOOL_CALLS), Ended()]


class TestVendors:
    def test_a_missing_start_is_implied(self) -> None:
        """By what the first delta holds."""
        said = _decoded(
            _delta(type="thinking_delta", thinking="hm"),
            _start(1, type="text", text=""),
            _delta(1, type="text_delta", text="a"),
            _STOP,
        )

        assert said == [
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "hm"),
            Opened(0, 1, Text()),
            Grown(0, 1, "a"),
            Closed(0, 0),
            Closed(0, 1),
            *_END,
        ]

    def test_usage_may_come_alone_and_twice(self) -> None:
        """The last of each count is right; a message ends once."""
        said = _decoded(
            {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}, "usage": {"output_tokens": 5}},
            {
                "type": "message_delta",
                "delta": {"stop_reason": None},
                "usage": {"input_tokens": 3, "output_tokens": None, "service_tier": "batch"},
            },
            _STOP,
        )

        assert said == [
            Finished(0, Finish.LENGTH),
            Counted(Usage(0, 5)),
            Counted(Usage(3, 5), service_tier="batch"),
            Ended(),
        ]

    def test_a_refusal_says_why(self) -> None:
        """For people."""
        details = {"type": "refusal", "explanation": "no"}
        event = {"type": "message_delta", "delta": {"stop_reason": "refusal", "stop_details": details}}

        assert _decoded(event) == [Finished(0, Finish.CONTENT_FILTER, said="no")]

    def test_without_its_end_a_stream_has_not_ended(self) -> None:
        """Whatever came before."""
        assert _decoded({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}) == [
            Finished(0, Finish.STOP)
        ]

    @pytest.mark.parametrize(
        "event",
        [
            b"[DONE]",
            {"type": "ping"},
            {"type": "of_tomorrow", "message": "m"},
            _stop(5),
            _piece("{}", 5),
            _delta(type="of_tomorrow"),
        ],
        ids=str,
    )
    def test_what_means_nothing_does_no_harm(self, event: Json | bytes) -> None:
        """Vendors add events, and end twice."""
        assert _decoded(event) == []

    @pytest.mark.parametrize(
        ("event", "leaf"),
        [
            ({"type": "error", "error": {"type": "overloaded_error", "message": "m"}}, Overloaded),
            ({"type": "error"}, Overloaded),
            ({"error": {"message": "m"}}, Overloaded),
            (b"nonsense", Garbled),
            (b"[]", Garbled),
            ({}, Garbled),
            ({"type": "message_stop"}, Garbled),
        ],
        ids=str,
    )
    def test_a_failure_is_said(self, event: Json | bytes, leaf: type[UpstreamError]) -> None:
        """Nothing is ever raised."""
        (failed,) = _decoded(event)

        assert isinstance(failed, Failed)
        assert isinstance(failed.error, leaf)

    def test_what_is_kept_has_a_bound(self) -> None:
        """A block that never ends is no answer."""
        said = _decoded(
            _start(type="tool_use", id="t1", name="patch", input={}),
            *[_piece("x" * 1_000_000)] * 17,
            plan=UpstreamPlan(custom_tools=frozenset({"patch"})),
        )

        assert isinstance(said[-1], Failed)
