import json
from typing import Any

import pytest

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Closed,
    Counted,
    Ended,
    Failed,
    Finished,
    Given,
    Grown,
    Opened,
)
from oblivious.adapters.chat.parts import Image, Reasoning, Source, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.ollama.translate.face import OLLAMA_UPSTREAM
from oblivious.contracts.errors import Garbled, Overloaded
from oblivious.contracts.usage import Usage

Json = dict[str, Any]
DONE: Json = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
END = [Finished(0, Finish.STOP), Ended()]


def line(**message: Any) -> Json:
    return {"model": "m", "message": {"role": "assistant", "content": "", **message}, "done": False}


def heard(*lines: Any, plan: UpstreamPlan | None = None) -> list[ChatEvent]:
    decoder = OLLAMA_UPSTREAM.decoder(plan or UpstreamPlan())
    events = [event for each in lines for event in decoder.feed(json.dumps(each).encode())]
    return [*events, *decoder.finish()]


class TestStream:
    def test_thoughts_then_words(self) -> None:
        """Each is a part of its own; the upstream has begun with its first line."""
        assert heard(
            line(thinking="h"), line(thinking="m"), line(content="Hel"), line(content="lo"), DONE
        ) == [
            Begun(),
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "h"),
            Grown(0, 0, "m"),
            Closed(0, 0),
            Opened(0, 1, Text()),
            Grown(0, 1, "Hel"),
            Grown(0, 1, "lo"),
            Closed(0, 1),
            *END,
        ]

    def test_both_in_one_line(self) -> None:
        """Thoughts come first; the last line may bring words, too."""
        last = {**DONE, "message": {"content": "!"}}

        assert heard(line(thinking="hm", content="hi"), last) == [
            Begun(),
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "hm"),
            Closed(0, 0),
            Opened(0, 1, Text()),
            Grown(0, 1, "hi"),
            Grown(0, 1, "!"),
            Closed(0, 1),
            *END,
        ]

    def test_calls_come_whole(self) -> None:
        """And end the words before them."""
        calls = [
            {"id": "a", "function": {"name": "f", "arguments": {"x": 1}}},
            {"id": "b", "function": {"name": "g"}},
        ]

        assert heard(line(content="so"), line(tool_calls=calls), DONE) == [
            Begun(),
            Opened(0, 0, Text()),
            Grown(0, 0, "so"),
            Closed(0, 0),
            Opened(0, 1, ToolCall(id="a", name="f")),
            Grown(0, 1, '{"x":1}'),
            Closed(0, 1),
            Opened(0, 2, ToolCall(id="b", name="g")),
            Grown(0, 2, "{}"),
            Closed(0, 2),
            Finished(0, Finish.TOOL_CALLS),
            Ended(),
        ]

    def test_pictures_come_whole(self) -> None:
        """Words go on after them."""
        events = heard(line(content="a"), line(images=["aGk="]), line(content="b"), DONE)

        assert [event for event in events if isinstance(event, Opened | Given)] == [
            Opened(0, 0, Text()),
            Given(0, 1, Image(source=Source(data="aGk=", media_type="image/png"))),
            Opened(0, 2, Text()),
        ]

    @pytest.mark.parametrize(
        ("counts", "counted"),
        [
            ({"prompt_eval_count": 7, "eval_count": 3}, [Counted(Usage(7, 3))]),
            ({"eval_count": 3}, [Counted(Usage(0, 3))]),
            ({"prompt_eval_count": 7}, [Counted(Usage(7, 0), complete=False)]),
            ({}, []),
        ],
        ids=["both", "all was cached", "no output", "none"],
    )
    def test_usage(self, counts: Json, counted: list[ChatEvent]) -> None:
        """Whenever it comes, the last one counts; without the output's it is not complete."""
        late = heard(line(content="hi"), {**DONE, **counts})
        early = heard({**line(content="hi"), **counts}, DONE)

        assert [event for event in late if isinstance(event, Counted)] == counted
        assert [event for event in early if isinstance(event, Counted)] == counted

    def test_log_probabilities_wait_for_their_words(self) -> None:
        """Those of thoughts are nobody's; those of words that are held back come with the next."""
        h, i = ({"token": token, "logprob": -1.0} for token in "hi")
        told: Json = {"bytes": None, "top_logprobs": []}
        events = heard(
            {**line(thinking="hm"), "logprobs": [h]},
            {**line(), "logprobs": [h]},
            {**line(content="hi"), "logprobs": [i]},
            DONE,
        )

        assert [event for event in events if isinstance(event, Grown)] == [
            Grown(0, 0, "hm"),
            Grown(0, 1, "hi", [{**h, **told}, {**i, **told}]),
        ]

    def test_a_cut_stream_has_no_end(self) -> None:
        """Only a line that is done ends it."""
        assert heard(line(content="hi"))[-1] == Grown(0, 0, "hi")

    def test_nothing_follows_the_end(self) -> None:
        """Whatever else is sent."""
        assert heard(DONE, line(content="more"), DONE) == [Begun(), *END]

    @pytest.mark.parametrize(
        "odd",
        [
            {},
            {"message": 7},
            {"message": {"content": 7, "thinking": [], "tool_calls": 1, "images": 2}},
            {"x": 1},
        ],
        ids=["empty", "no message", "odd members", "unknown"],
    )
    def test_what_is_unknown_passes(self, odd: Json) -> None:
        """It says nothing."""
        assert heard(odd, DONE) == [Begun(), *END]


class TestFailures:
    @pytest.mark.parametrize("begun", [False, True], ids=["first", "in mid-stream"])
    def test_a_line_may_be_an_error(self, *, begun: bool) -> None:
        """With its words."""
        lines = [line(content="hi")] if begun else []
        failed = heard(*lines, {"error": "an error was encountered while running the model"})[-1]

        assert isinstance(failed, Failed)
        assert isinstance(failed.error, Overloaded)
        assert failed.error.message == "an error was encountered while running the model"

    @pytest.mark.parametrize(
        "data",
        [b"<html>", b"[]", b"", b'{"message":{"x":' + b"[" * 2000 + b"]" * 2000 + b"}}"],
        ids=["html", "list", "empty", "too deep"],
    )
    def test_what_is_no_line(self, data: bytes) -> None:
        """It is garbled."""
        (failed,) = OLLAMA_UPSTREAM.decoder(UpstreamPlan()).feed(data)

        assert isinstance(failed, Failed)
        assert isinstance(failed.error, Garbled)
