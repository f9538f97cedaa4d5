"""Answers of Converse, whole and streamed."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.events import (
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
from oblivious.adapters.chat.parts import Citation, Image, Opaque, Reasoning, Source, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Turn
from oblivious.adapters.chat.response import ChatResponse, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.bedrock.translate.answer_reader import read_response
from oblivious.adapters.dialects.bedrock.translate.decoder import ConverseDecoder
from oblivious.adapters.dialects.bedrock.translate.request_writer import write_request
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import Garbled, Refused, UpstreamError
from oblivious.contracts.usage import Usage

CITED = {"title": "A", "location": {"web": {"url": "https://a.test"}}, "sourceContent": [{"text": "q"}]}
USAGE = {"inputTokens": 5, "outputTokens": 3, "cacheReadInputTokens": 10, "cacheWriteInputTokens": 7}
CACHED = {**USAGE, "cacheDetails": [{"ttl": "1h", "inputTokens": 4}, {"ttl": "5m", "inputTokens": 3}]}
SEARCH = {"toolUseId": "1", "name": "nova_grounding", "input": {}, "type": "server_tool_use"}
START = {"toolUse": {"toolUseId": "t1", "name": "f"}}


def answer(*blocks: dict[str, Any], **members: Any) -> ChatResponse | UpstreamError:
    return read(UpstreamPlan(), *blocks, **members)


def read(plan: UpstreamPlan, *blocks: dict[str, Any], **members: Any) -> ChatResponse | UpstreamError:
    message = {"role": "assistant", "content": list(blocks)}
    told = {"output": {"message": message}, "stopReason": "end_turn", **members}
    return read_response(json.dumps(told).encode(), plan)


class TestWhole:
    @pytest.mark.parametrize(
        ("block", "part"),
        [
            ({"text": "hi"}, Text(text="hi")),
            ({"type": "text", "text": "hi"}, Text(text="hi")),
            (
                {"toolUse": {"toolUseId": "1", "name": "f", "input": {"a": 1}}},
                ToolCall(id="1", name="f", arguments='{"a":1}'),
            ),
            (
                {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},
                Reasoning(text="hm", state=State("anthropic", "s")),
            ),
            ({"reasoningContent": {"reasoningText": {"text": "hm"}}}, Reasoning(text="hm")),
            (
                {"reasoningContent": {"redactedContent": "cg=="}},
                Reasoning(state=State("bedrock.redacted", "cg==")),
            ),
            (
                {"citationsContent": {"content": [{"text": "x"}], "citations": [CITED]}},
                Text(
                    text="x",
                    citations=(Citation("https://a.test", "A", quoted="q", native=("bedrock", CITED)),),
                ),
            ),
            (
                {"image": {"format": "png", "source": {"bytes": "eA=="}}},
                Image(source=Source(data="eA==", media_type="image/png")),
            ),
            ({"toolUse": SEARCH}, Opaque(origin="bedrock", kind="toolUse", value={"toolUse": SEARCH})),
            ({"new": 1}, Opaque(origin="bedrock", kind="new", value={"new": 1})),
        ],
        ids=str,
    )
    def test_a_block(self, block: dict[str, Any], part: Any) -> None:
        """Its name says what it is."""
        told = answer(block)

        assert isinstance(told, ChatResponse)
        assert told.choices[0].parts == (part,)

    @pytest.mark.parametrize(
        ("reason", "finish"),
        [
            ("end_turn", Finish.STOP),
            ("max_tokens", Finish.LENGTH),
            ("guardrail_intervened", Finish.CONTENT_FILTER),
            ("content_filtered", Finish.CONTENT_FILTER),
            ("malformed_tool_use", Finish.STOP),
            ("nobody_knows", Finish.STOP),
            (7, Finish.STOP),
        ],
    )
    def test_why_it_ended(self, reason: Any, finish: Finish) -> None:
        """An unknown word is a stop."""
        told = answer({"text": "hi"}, stopReason=reason)

        assert isinstance(told, ChatResponse)
        assert told.choices[0].finish is finish

    def test_usage_includes_the_cache(self) -> None:
        """Its input tokens stand beside it; lifetimes are told apart."""
        told = answer({"text": "hi"}, usage=CACHED)

        assert isinstance(told, ChatResponse)
        assert told.usage == Usage(22, 3, 10, 3, 4)

    def test_what_stopped_it(self) -> None:
        """It was asked for, and comes aside."""
        told = answer({"text": "hi"}, additionalModelResponseFields={"stop_sequence": "END"})

        assert isinstance(told, ChatResponse)
        assert told.choices[0].stopped_by == "END"

    def test_the_plan_is_undone(self) -> None:
        """An answer through a tool is words, free text is unwrapped, names are the client's."""
        plan = UpstreamPlan({"f_1": "f 1"}, "respond", frozenset({"g"}))
        calls = [("respond", {"a": 1}), ("g", {"input": "free"}), ("f_1", {})]
        told = read(
            plan, *({"toolUse": {"toolUseId": "1", "name": name, "input": given}} for name, given in calls)
        )

        assert isinstance(told, ChatResponse)
        assert told.choices[0].parts == (
            Text(text='{"a":1}'),
            ToolCall(id="1", name="g", arguments="free", custom=True),
            ToolCall(id="1", name="f 1", arguments="{}"),
        )

    @pytest.mark.parametrize(
        ("body", "leaf"),
        [
            (b"[]", Garbled),
            (b"<html>", Garbled),
            (b'{"output": {"message": {}}}', Garbled),
            (b'{"error": {"type": "invalid_request_error", "message": "no"}}', Refused),
        ],
    )
    def test_what_is_no_answer(self, body: bytes, leaf: type[UpstreamError]) -> None:
        """It comes back as the error that it is."""
        assert isinstance(read_response(body, UpstreamPlan()), leaf)


def heard(*events: dict[str, Any], plan: UpstreamPlan | None = None) -> list[ChatEvent]:
    decoder = ConverseDecoder(plan or UpstreamPlan())
    told = [each for event in events for each in decoder.feed(json.dumps(event).encode())]
    return [*told, *decoder.finish()]


def start(index: int, block: dict[str, Any]) -> dict[str, Any]:
    return {"contentBlockStart": {"contentBlockIndex": index, "start": block}}


def delta(index: int, **grown: Any) -> dict[str, Any]:
    return {"contentBlockDelta": {"contentBlockIndex": index, "delta": grown}}


def stop(index: int) -> dict[str, Any]:
    return {"contentBlockStop": {"contentBlockIndex": index}}


END = {"messageStop": {"stopReason": "end_turn"}}
COUNTS = {"metadata": {"usage": {"inputTokens": 1, "outputTokens": 2}}}


class TestStream:
    def test_blocks_begin_with_their_first_delta(self) -> None:
        """Only calls say their start, and some ends are missing."""
        told = heard(
            delta(0, reasoningContent={"text": "h"}),
            delta(0, reasoningContent={"signature": "s1"}),
            delta(0, reasoningContent={"signature": "s2"}),
            stop(0),
            delta(1, text="a"),
            delta(1, citation=CITED),
            start(2, START),
            delta(2, toolUse={"input": "{}"}),
            END,
            COUNTS,
        )

        assert told == [
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "h"),
            Signed(0, 0, State("anthropic", "s1s2")),
            Closed(0, 0),
            Opened(0, 1, Text()),
            Grown(0, 1, "a"),
            Cited(0, 1, Citation("https://a.test", "A", quoted="q", native=("bedrock", CITED))),
            Closed(0, 1),
            Opened(0, 2, ToolCall(id="t1", name="f")),
            Grown(0, 2, "{}"),
            Closed(0, 2),
            Finished(0, Finish.TOOL_CALLS),
            Counted(Usage(1, 2)),
            Ended(),
        ]

    def test_kinds_that_share_an_index_are_two_blocks(self) -> None:
        """Some models think and speak in one."""
        told = heard(delta(0, reasoningContent={"text": "h"}), delta(0, text="a"), END, COUNTS)

        assert [event for event in told if isinstance(event, Opened)] == [
            Opened(0, 0, Reasoning()),
            Opened(0, 1, Text()),
        ]

    @pytest.mark.parametrize(
        ("events", "ended"),
        [
            ([END, COUNTS], True),
            ([COUNTS, END], True),
            ([END], True),
            ([COUNTS], False),
            ([delta(0, text="a")], False),
            ([], False),
        ],
        ids=["usage last", "usage first", "no usage", "no stop", "cut", "nothing"],
    )
    def test_what_an_end_is(self, events: list[dict[str, Any]], *, ended: bool) -> None:
        """Its reason to stop, wherever the usage comes."""
        told = heard(*events)

        assert (Ended() in told) is ended
        assert told.count(Ended()) == int(ended)

    @pytest.mark.parametrize(
        ("model", "given", "expected"),
        [
            ("openai.gpt-5.6-sol", 4_995, Usage(4_995, 1, 0, 4_993)),
            ("openai.gpt-5.6-sol", 2, Usage(4_995, 1, 0, 4_993)),
            ("anthropic.claude-sonnet-4-6", 5_000, Usage(9_993, 1, 0, 4_993)),
        ],
        ids=["within", "beside after all", "beside"],
    )
    def test_cached_tokens_are_counted_once(self, model: str, given: int, expected: Usage) -> None:
        """Streams of OpenAI's models there count them within the input, all else beside it."""
        asked = ChatRequest(origin="openai_chat", model="m", turns=(Turn("user", (Text(text="hi"),)),))
        plan = write_request(asked, Target(PROVIDERS["bedrock"], model)).plan
        usage = {"inputTokens": given, "outputTokens": 1, "cacheWriteInputTokens": 4_993}
        told = heard(END, {"metadata": {"usage": usage}}, plan=plan)

        assert next(event.usage for event in told if isinstance(event, Counted)) == expected

    def test_what_the_provider_runs_is_not_told(self) -> None:
        """And takes no number from the parts that are."""
        told = heard(
            start(0, {"toolUse": {k: SEARCH[k] for k in ("toolUseId", "name", "type")}}),
            delta(0, toolUse={"input": "{}"}),
            stop(0),
            start(1, {"toolResult": {"toolUseId": "1"}}),
            delta(1, toolResult=[{"text": "x"}]),
            stop(1),
            delta(2, text="a"),
            END,
        )

        assert told[:2] == [Opened(0, 0, Text()), Grown(0, 0, "a")]
        assert told[-2:] == [Finished(0, Finish.STOP), Ended()]

    def test_an_image_comes_whole(self) -> None:
        """Once its end has come."""
        told = heard(
            start(0, {"image": {"format": "webp"}}),
            delta(0, image={"source": {"bytes": "eA"}}),
            delta(0, image={"source": {"bytes": "=="}}),
            stop(0),
        )

        assert told == [Given(0, 0, Image(source=Source(data="eA==", media_type="image/webp")))]

    def test_the_plan_is_undone(self) -> None:
        """As in whole answers."""
        plan = UpstreamPlan({}, "respond", frozenset({"g"}))
        told = heard(
            start(0, {"toolUse": {"toolUseId": "1", "name": "respond"}}),
            delta(0, toolUse={"input": '{"a":1}'}),
            stop(0),
            start(1, {"toolUse": {"toolUseId": "2", "name": "g"}}),
            delta(1, toolUse={"input": '{"input":'}),
            delta(1, toolUse={"input": '"free"}'}),
            stop(1),
            plan=plan,
        )

        assert told == [
            Opened(0, 0, Text()),
            Grown(0, 0, '{"a":1}'),
            Closed(0, 0),
            Opened(0, 1, ToolCall(id="2", name="g", custom=True)),
            Grown(0, 1, "free"),
            Closed(0, 1),
        ]

    def test_a_schema_tool_alone_is_a_stop(self) -> None:
        """To the client it was words."""
        told = heard(
            start(0, {"toolUse": {"toolUseId": "1", "name": "respond"}}),
            END,
            plan=UpstreamPlan({}, "respond"),
        )

        assert Finished(0, Finish.STOP) in told

    @pytest.mark.parametrize("data", [b"no", b"[]", b'"x"'])
    def test_what_is_no_event(self, data: bytes) -> None:
        """The stream has failed."""
        (event,) = ConverseDecoder(UpstreamPlan()).feed(data)

        assert isinstance(event, Failed)
        assert isinstance(event.error, Garbled)
