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
from oblivious.adapters.chat.parts import (
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
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.chat.state import State, written
from oblivious.adapters.dialects.anthropic.translate.face import MESSAGES_CLIENT
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.contracts.errors import Overloaded
from oblivious.contracts.usage import Usage
from tests.fakes.events import parsed
from tests.unit.adapters.dialects.anthropic.translate.samples import client_plan, read_parts

_GEMINI = State("gemini", "g")


def _stream(*events: ChatEvent) -> list[Any]:
    encoder = MESSAGES_CLIENT.encoder(client_plan())
    found = parsed(b"".join(encoder.feed(event) for event in events))
    values = [json.loads(data) for _, data in found]
    assert [name for name, _ in found] == [value["type"] for value in values]
    return values


def _between(*events: ChatEvent) -> list[Any]:
    """Return what lies between the start and the end of a message."""
    return _stream(*events, Finished(0, Finish.STOP), Ended())[1:-2]


def _text(index: int, *words: str) -> list[Any]:
    return _block(
        index, {"type": "text", "text": ""}, *({"type": "text_delta", "text": word} for word in words)
    )


def _call(index: int, name: str, *pieces: str) -> list[Any]:
    start = {"type": "tool_use", "id": name, "name": name, "input": {}}
    return _block(index, start, *({"type": "input_json_delta", "partial_json": piece} for piece in pieces))


def _thought(index: int, words: str, signature: str) -> list[Any]:
    start = {"type": "thinking", "thinking": "", "signature": ""}
    grown = [{"type": "thinking_delta", "thinking": words}] if words else []
    return _block(index, start, *grown, {"type": "signature_delta", "signature": signature})


def _block(index: int, start: Any, *deltas: Any) -> list[Any]:
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def _carrier(index: int, mark: str) -> list[Any]:
    return _thought(index, "", written(State(f"gemini{mark}", "g"), ANTHROPIC))


_OWN: Any = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}

FIRST_USAGE = {
    "input_tokens": 20,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 10,
    "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
    "output_tokens": 0,
    "output_tokens_details": {"thinking_tokens": 0},
    "service_tier": "standard",
}


class TestMessage:
    def test_a_whole_stream(self) -> None:
        """Counts that come after the end are in its last words; those before, in its first, too."""
        values = _stream(
            Begun("up_1"),
            Counted(Usage(30, 1, 10), complete=False, service_tier="default"),
            Opened(0, 0, Text()),
            Grown(0, 0, "Hel"),
            Grown(0, 0, "lo"),
            Closed(0, 0),
            Finished(0, Finish.STOP, "END"),
            Counted(Usage(30, 7, 10, 2, 3, reasoning_tokens=4, searches=1)),
            Ended(),
        )

        assert values == [
            {
                "type": "message_start",
                "message": {
                    "id": "msg_x1",
                    "type": "message",
                    "role": "assistant",
                    "model": "mine",
                    "content": [],
                    "stop_reason": None,
                    "stop_sequence": None,
                    "usage": FIRST_USAGE,
                },
            },
            *_text(0, "Hel", "lo"),
            {
                "type": "message_delta",
                "delta": {"stop_reason": "stop_sequence", "stop_sequence": "END"},
                "usage": {
                    "input_tokens": 15,
                    "cache_creation_input_tokens": 5,
                    "cache_read_input_tokens": 10,
                    "output_tokens": 7,
                    "output_tokens_details": {"thinking_tokens": 4},
                    "server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 0},
                    "cache_creation": {"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 3},
                },
            },
            {"type": "message_stop"},
        ]

    def test_an_empty_one_is_whole_all_the_same(self) -> None:
        """Without counts there are zeros."""
        values = _stream(Begun(), Ended())

        assert [value["type"] for value in values] == ["message_start", "message_delta", "message_stop"]
        assert values[0]["message"]["usage"]["input_tokens"] == values[1]["usage"]["output_tokens"] == 0

    def test_a_refusal_says_why(self) -> None:
        """As Anthropic's own do."""
        values = _stream(Finished(0, Finish.CONTENT_FILTER, said="no"), Ended())

        assert values[1]["delta"]["stop_details"] == {
            "type": "refusal",
            "category": None,
            "explanation": "no",
        }

    def test_a_failure_is_the_roads_to_say(self) -> None:
        """So is a stream that stops."""
        assert _stream(Failed(Overloaded("m"))) == []

    def test_nothing_is_sent_before_there_is_something(self) -> None:
        """Until then another channel may be tried; counts may still come."""
        assert _stream(Begun(), Counted(Usage(1, 1), complete=False), Opened(0, 0, Text())) == []

    def test_other_choices_are_left_out(self) -> None:
        """There is no room for them."""
        others = (Opened(1, 0, Text()), Grown(1, 0, "b"), Closed(1, 0), Finished(1, Finish.LENGTH))
        values = _stream(*others, Opened(0, 0, Text()), Grown(0, 0, "a"), Closed(0, 0), Ended())

        assert values[1:4] == _text(0, "a")
        assert values[4]["delta"]["stop_reason"] == "end_turn"


class TestBlocks:
    def test_parts_that_interleave_wait_for_each_other(self) -> None:
        """In the order in which they opened; indexes are dense."""
        assert _between(
            Opened(0, 0, ToolCall(id="f", name="f")),
            Grown(0, 0, "{"),
            Opened(0, 1, ToolCall(id="g", name="g")),
            Grown(0, 1, "["),
            Opened(0, 2, Text()),
            Grown(0, 0, "}"),
            Grown(0, 1, "]"),
            Closed(0, 1),
            Given(0, 3, Opaque(origin=ANTHROPIC, kind="x", value={"type": "x"})),
            Closed(0, 0),
            Grown(0, 2, "a"),
            Closed(0, 2),
        ) == [
            *_call(0, "f", "{}"),
            *_call(1, "g", "[]"),
            *_text(2, "a"),
            *_block(3, {"type": "x"}),
        ]

    def test_what_was_left_open_is_closed_at_the_end(self) -> None:
        """A client must be able to put the message together."""
        assert _between(
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Opened(0, 1, Text()),
            Grown(0, 1, "b"),
            Opened(0, 2, Text()),
        ) == [*_text(0, "a"), *_text(1, "b")]

    @pytest.mark.parametrize(
        ("events", "blocks"),
        [
            ([Opened(0, 0, Text()), Closed(0, 0)], []),
            ([Opened(0, 0, Reasoning()), Closed(0, 0)], []),
            ([Opened(0, 0, ToolCall(id="f", name="f")), Closed(0, 0)], _call(0, "f")),
            (
                [Opened(0, 0, Refusal()), Grown(0, 0, "no"), Closed(0, 0)],
                _text(0, "no"),
            ),
            (
                [
                    Opened(0, 0, ToolCall(id="f", name="f", custom=True)),
                    Grown(0, 0, 'a"'),
                    Grown(0, 0, "b"),
                    Closed(0, 0),
                ],
                _call(0, "f", '{"input":"a\\"b"}'),
            ),
            ([Given(0, 0, Opaque(origin="openai_responses", kind="x", value={}))], []),
            ([Given(0, 0, Image(source=Source(data="AA==")))], []),
            ([Given(0, 0, ToolCall(id="f", name="f", arguments="{}"))], _call(0, "f", "{}")),
            ([Given(0, 0, Reasoning(text="hm", state=State(ANTHROPIC, "s")))], _thought(0, "hm", "s")),
            ([Grown(0, 7, "never opened"), Closed(0, 7)], []),
        ],
        ids=[
            "no-text",
            "no-thought",
            "no-arguments",
            "a-refusal",
            "free-text",
            "a-strangers-item",
            "an-image",
            "a-whole-call",
            "a-whole-thought",
            "nonsense",
        ],
    )
    def test_each_part(self, events: list[ChatEvent], blocks: list[Any]) -> None:
        """What has no place here is left out."""
        assert _between(*events) == blocks

    def test_a_hosted_call_tells_its_input_in_deltas(self) -> None:
        """SDKs read it from nowhere else."""
        call = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "q"}}
        blocks = _between(Given(0, 0, Opaque(origin=ANTHROPIC, kind="server_tool_use", value=call)))

        assert blocks == _block(
            0, {**call, "input": {}}, {"type": "input_json_delta", "partial_json": '{"query":"q"}'}
        )

    def test_citations(self) -> None:
        """Those that this dialect has words for."""
        native = {"type": "char_location", "cited_text": "q"}
        blocks = _between(
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Cited(0, 0, Citation(native=(ANTHROPIC, native))),
            Cited(0, 0, Citation(title="nowhere")),
            Closed(0, 0),
        )

        assert blocks[2]["delta"] == {"type": "citations_delta", "citation": native}
        assert len(blocks) == 4


class TestStates:
    def test_a_thought_ends_with_its_signature(self) -> None:
        """Another dialect's travels in a wrapping."""
        state = State("openai_responses", "secret")
        blocks = _between(Opened(0, 0, Reasoning()), Signed(0, 0, state), Grown(0, 0, "hm"), Closed(0, 0))

        assert blocks == _thought(0, "hm", written(state, ANTHROPIC))

    def test_a_state_without_words_is_a_thought(self) -> None:
        """Some upstreams end with a text that holds nothing else."""
        state = State("gemini", "g")

        assert _between(Opened(0, 0, Text()), Signed(0, 0, state), Closed(0, 0)) == _thought(
            0, "", written(state, ANTHROPIC)
        )

    def test_a_hidden_thought_comes_whole(self) -> None:
        """It has nothing but its state."""
        hidden = State("anthropic.redacted", "x")

        assert _between(Opened(0, 0, Reasoning()), Signed(0, 0, hidden), Closed(0, 0)) == _block(
            0, {"type": "redacted_thinking", "data": "x"}
        )

    @pytest.mark.parametrize(
        ("part", "events", "blocks"),
        [
            (
                ToolCall(id="f", name="f"),
                [Signed(0, 0, _GEMINI), Grown(0, 0, "{}")],
                [*_carrier(0, ">"), *_call(1, "f", "{}")],
            ),
            (
                ToolCall(id="f", name="f"),
                [Grown(0, 0, "{}"), Signed(0, 0, _GEMINI)],
                [*_carrier(0, ">"), *_call(1, "f", "{}")],
            ),
            (
                ToolCall(id="f", name="f"),
                [Grown(0, 0, "{"), Grown(0, 0, "}"), Signed(0, 0, _GEMINI)],
                [*_call(0, "f", "{}"), *_carrier(1, "<")],
            ),
        ],
        ids=["before-a-call", "right-behind-it", "far-behind-it"],
    )
    def test_the_state_of_another_part_stands_beside_it(
        self, part: Part, events: list[ChatEvent], blocks: list[Any]
    ) -> None:
        """And comes back to where it was."""
        sent = _between(Opened(0, 0, part), *events, Closed(0, 0))
        assert sent == blocks

        content = [value["content_block"] for value in sent if value["type"] == "content_block_start"]
        signature = next(
            value["delta"] for value in sent if value.get("delta", {}).get("type") == "signature_delta"
        )
        thought = next(block for block in content if block["type"] == "thinking")
        thought["signature"] = signature["signature"]

        assert [back.state for back in read_parts(*content, role="assistant")] == [_GEMINI]

    @pytest.mark.parametrize(
        ("events", "blocks"),
        [
            (
                [Opened(0, 1, ToolCall(id="f", name="f")), Grown(0, 1, "{}"), Closed(0, 1)],
                [*_carrier(1, "<"), *_call(2, "f", "{}")],
            ),
            ([Given(0, 1, Text(text="b"))], [*_carrier(1, "<"), *_text(2, "b")]),
            (
                [Given(0, 1, Opaque(origin=ANTHROPIC, kind="x", value=_OWN))],
                [*_carrier(1, "<"), *_block(2, _OWN)],
            ),
            ([Opened(0, 1, Text()), Closed(0, 1)], []),
            ([], []),
        ],
        ids=["a call", "another text", "a block of its own", "nothing in it", "nothing"],
    )
    def test_the_state_behind_a_text_waits_for_what_follows(
        self, events: list[ChatEvent], blocks: list[Any]
    ) -> None:
        """A message that ends with a thought has no result for Claude Code."""
        text = (Opened(0, 0, Text()), Grown(0, 0, "a"), Signed(0, 0, _GEMINI), Closed(0, 0))

        assert _between(*text, *events) == [*_text(0, "a"), *blocks]

    def test_the_state_behind_a_text_comes_back_to_it(self) -> None:
        """And not to the call that follows."""
        signature = written(State("gemini<", "g"), ANTHROPIC)
        thought = {"type": "thinking", "thinking": "", "signature": signature}
        call: Any = {"type": "tool_use", "id": "f", "name": "f", "input": {}}
        parts = read_parts({"type": "text", "text": "a"}, thought, call, role="assistant")

        assert [part.state for part in parts] == [_GEMINI, None]
