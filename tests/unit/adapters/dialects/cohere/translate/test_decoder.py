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
    Grown,
    Opened,
)
from oblivious.adapters.chat.parts import Citation, Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import Finish
from oblivious.contracts.errors import Garbled, Overloaded, TimedOut, UpstreamError
from oblivious.contracts.usage import Usage
from tests.unit.adapters.dialects.cohere.translate.samples import Json, decoded

_STOP: list[ChatEvent] = [Finished(0, Finish.STOP), Ended()]
_USED = {"billed_units": {"input_tokens": 3, "output_tokens": 2}}
_CITATION = {"start": 0, "end": 2, "sources": [{"type": "document", "document": {"url": "u"}}]}


def _event(kind: str, index: int | None = None, **message: Any) -> Json:
    place = {} if index is None else {"index": index}
    return {"type": kind, **place, "delta": {"message": message}}


def _words(text: str, kind: str = "text") -> Json:
    return _event("content-delta", 0, content={kind: text})


def _start(kind: str = "text") -> Json:
    return _event("content-start", 0, content={"type": kind, kind: ""})


def _call(index: int | None = 0, name: str = "f", arguments: str = "") -> Json:
    function = {"name": name, "arguments": arguments}
    return _event(
        "tool-call-start", index, tool_calls={"id": f"c{index}", "type": "function", "function": function}
    )


def _more(arguments: str, index: int | None = 0) -> Json:
    return _event("tool-call-delta", index, tool_calls={"function": {"arguments": arguments}})


def _end(reason: str = "COMPLETE", **members: Any) -> Json:
    return {"type": "message-end", "delta": {"finish_reason": reason, **members}}


class TestWords:
    def test_a_text(self) -> None:
        """From the first event to the last."""
        events = decoded(
            {"type": "message-start", "id": "1", "delta": {"message": {"role": "assistant"}}},
            _start(),
            _words("h"),
            _words("i"),
            {"type": "content-end", "index": 0},
            _end(usage=_USED),
            b"[DONE]",
        )

        assert events == [
            Begun("1"),
            Opened(0, 0, Text()),
            Grown(0, 0, "h"),
            Grown(0, 0, "i"),
            Closed(0, 0),
            Finished(0, Finish.STOP),
            Counted(Usage(3, 2)),
            Ended(),
        ]

    def test_thoughts_come_in_a_part_of_their_own(self) -> None:
        """Each part closes before the next one opens."""
        events = decoded(_start("thinking"), _words("hm", "thinking"), _start(), _words("hi"), _end())

        assert events == [
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "hm"),
            Closed(0, 0),
            Opened(0, 1, Text()),
            Grown(0, 1, "hi"),
            Closed(0, 1),
            *_STOP,
        ]

    def test_a_start_may_be_missing_or_hold_words(self) -> None:
        """What is said says what it is."""
        held = _event("content-start", 0, content={"type": "text", "text": "h"})

        assert decoded(_words("h"), _end()) == decoded(held, _end())

    def test_contents_that_are_new_are_let_pass(self) -> None:
        """Nothing is said of them."""
        odd = _event("content-start", 0, content={"type": "odd"})

        assert decoded(odd, _event("content-delta", 0, content={"odd": 1}), {"type": "new"}, _end()) == _STOP

    @pytest.mark.parametrize("end_first", [False, True], ids=["before the end", "after it"])
    def test_citations(self, *, end_first: bool) -> None:
        """A text is open for them until something else begins."""
        cited, ended = _event("citation-start", 0, citations=_CITATION), {"type": "content-end", "index": 0}
        order = [ended, cited] if end_first else [cited, ended]
        events = decoded(_start(), _words("hi"), *order, {"type": "citation-end", "index": 0}, _end())

        assert events[2:] == [Cited(0, 0, Citation(url="u", start=0, end=2)), Closed(0, 0), *_STOP]

    def test_citations_of_thoughts_are_let_pass(self) -> None:
        """Clients know those of texts only."""
        cited = _event("citation-start", 0, citations=_CITATION)

        assert Cited not in map(type, decoded(_start("thinking"), cited, _end()))

    def test_log_probabilities(self) -> None:
        """They come with their words."""
        token = {"token": "hi", "logprob": -0.5, "bytes": [104, 105], "top_logprobs": []}
        said = _words("hi") | {"logprobs": {"text": "hi", "token_ids": [1], "logprobs": [-0.5]}}

        assert Grown(0, 0, "hi", [token]) in decoded(_start(), said, _end())


class TestCalls:
    def test_a_plan_and_calls(self) -> None:
        """The plan closes when the first call opens."""
        events = decoded(
            _event("tool-plan-delta", tool_plan="hm"),
            _call(0),
            _more('{"a":'),
            _more("1}"),
            {"type": "tool-call-end", "index": 0},
            _call(1, "g"),
            {"type": "tool-call-end", "index": 1},
            _end("TOOL_CALL"),
        )

        assert events == [
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "hm"),
            Closed(0, 0),
            Opened(0, 1, ToolCall(id="c0", name="f")),
            Grown(0, 1, '{"a":'),
            Grown(0, 1, "1}"),
            Closed(0, 1),
            Opened(0, 2, ToolCall(id="c1", name="g")),
            Closed(0, 2),
            Finished(0, Finish.TOOL_CALLS),
            Ended(),
        ]

    def test_calls_side_by_side(self) -> None:
        """Each gets its own pieces, and what is left open is closed."""
        events = decoded(_call(0), _call(1, "g"), _more("{", 0), _more("[", 1), _end())

        assert events[2:] == [
            Grown(0, 0, "{"),
            Grown(0, 1, "["),
            Closed(0, 0),
            Closed(0, 1),
            Finished(0, Finish.TOOL_CALLS),
            Ended(),
        ]

    def test_without_numbers(self) -> None:
        """A piece belongs to the last call."""
        events = decoded(_call(None), _more("{", None), {"type": "tool-call-end"}, _end())

        assert events[1:3] == [Grown(0, 0, "{"), Closed(0, 0)]

    def test_free_text_comes_when_it_is_whole(self) -> None:
        """By the names that the client knows."""
        plan = UpstreamPlan(tool_names={"f": "a.b"}, custom_tools=frozenset({"f"}))
        events = decoded(_call(0), _more('{"input":"x'), _more('y"}'), _end(), plan=plan)

        assert events[:3] == [
            Opened(0, 0, ToolCall(id="c0", name="a.b", custom=True)),
            Grown(0, 0, "xy"),
            Closed(0, 0),
        ]

    def test_an_answer_through_a_tool(self) -> None:
        """It is words again."""
        events = decoded(
            _call(0, "respond", "{"), _more("}"), _end(), plan=UpstreamPlan(schema_tool="respond")
        )

        assert events == [
            Opened(0, 0, Text()),
            Grown(0, 0, "{"),
            Grown(0, 0, "}"),
            Closed(0, 0),
            *_STOP,
        ]

    def test_a_piece_of_no_call_is_let_pass(self) -> None:
        """Nobody knows what it was of."""
        assert decoded(_more("{"), {"type": "tool-call-end", "index": 4}, _end()) == _STOP


class TestEnds:
    def test_nothing_follows_the_end(self) -> None:
        """Whatever comes."""
        assert decoded(_end(), _words("x"), _end()) == _STOP

    def test_a_stream_without_its_end_broke_off(self) -> None:
        """`[DONE]` alone ends nothing."""
        assert Ended() not in decoded(_start(), _words("hi"), b"[DONE]")

    @pytest.mark.parametrize(
        ("event", "leaf", "words"),
        [
            (_end("ERROR", error="it broke"), Overloaded, "it broke"),
            (_end("TIMEOUT"), TimedOut, "the provider took too long for the answer"),
            ({"message": "it broke"}, Overloaded, "it broke"),
            ({"type": "error", "message": "it broke"}, Overloaded, "it broke"),
            ({"odd": 1}, Garbled, "the provider sent an event without a type"),
            (b"{", Garbled, "the provider sent an event that is not a JSON object"),
            (b"[]", Garbled, "the provider sent an event that is not a JSON object"),
        ],
        ids=str,
    )
    def test_failures(self, event: Json | bytes, leaf: type[UpstreamError], words: str) -> None:
        """They are told in the words of our tree."""
        (told,) = decoded(event)

        assert isinstance(told, Failed)
        assert (type(told.error), told.error.message) == (leaf, words)

    def test_what_a_failure_used_is_told_before(self) -> None:
        """It is billed there."""
        assert decoded(_end("ERROR", usage=_USED))[0] == Counted(Usage(3, 2))
