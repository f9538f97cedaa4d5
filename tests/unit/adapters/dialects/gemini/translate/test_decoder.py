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
from oblivious.adapters.chat.parts import Citation, Image, Reasoning, Source, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.gemini.translate.face import GEMINI_UPSTREAM
from oblivious.contracts.errors import Garbled, Overloaded
from oblivious.contracts.usage import Usage

Json = dict[str, Any]


def _chunk(*pieces: Json, **members: Any) -> Json:
    return {"candidates": [{"content": {"parts": list(pieces), "role": "model"}, "index": 0, **members}]}


def _events(*chunks: Any, plan: UpstreamPlan | None = None) -> list[ChatEvent]:
    decoder = GEMINI_UPSTREAM.decoder(plan or UpstreamPlan())
    heard = [event for chunk in chunks for event in decoder.feed(json.dumps(chunk).encode())]
    return [event for event in [*heard, *decoder.finish()] if not isinstance(event, Begun)]


_STOP = _chunk(finishReason="STOP")
_END = [Finished(0, Finish.STOP), Ended()]


class TestText:
    def test_text_follows_text(self) -> None:
        """Thoughts are a part of their own; nothing is opened for nothing."""
        events = _events(
            _chunk({"text": "hm", "thought": True}),
            _chunk({"text": "m", "thought": True}, {"text": ""}),
            _chunk({"text": "Hel"}),
            _chunk({"text": "lo"}, finishReason="STOP"),
        )

        assert events == [
            Opened(0, 0, Reasoning(summary=True)),
            Grown(0, 0, "hm"),
            Grown(0, 0, "m"),
            Closed(0, 0),
            Opened(0, 1, Text()),
            Grown(0, 1, "Hel"),
            Grown(0, 1, "lo"),
            Closed(0, 1),
            *_END,
        ]

    def test_a_signature_ends_a_part(self) -> None:
        """It may come after the words, or with them, or alone."""
        sign = {"thoughtSignature": "c2ln"}
        signed = State("gemini", "c2ln")
        events = _events(
            _chunk({"text": "a"}), _chunk({"text": "", **sign}), _chunk({"text": "b", **sign}), _STOP
        )
        alone = _events(_chunk(sign), _STOP)

        assert events == [
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Signed(0, 0, signed),
            Closed(0, 0),
            Opened(0, 1, Text()),
            Grown(0, 1, "b"),
            Signed(0, 1, signed),
            Closed(0, 1),
            *_END,
        ]
        assert alone == [Opened(0, 0, Text()), Signed(0, 0, signed), Closed(0, 0), *_END]

    def test_probabilities_come_with_the_words(self) -> None:
        """Once, though a chunk has several parts."""
        result = {"chosenCandidates": [{"token": "a", "logProbability": -1}]}
        grown = [
            event
            for event in _events(_chunk({"text": ""}, {"text": "a"}, {"text": "b"}, logprobsResult=result))
            if isinstance(event, Grown)
        ]

        assert [event.logprobs for event in grown] == [
            [{"token": "a", "logprob": -1, "bytes": [97], "top_logprobs": []}],
            None,
        ]

    def test_citations(self) -> None:
        """They come last, while the text is still open."""
        grounding = {
            "groundingChunks": [{"web": {"uri": "https://a"}}],
            "groundingSupports": [
                {"segment": {"startIndex": 0, "endIndex": 2}, "groundingChunkIndices": [0]}
            ],
            "webSearchQueries": ["q"],
        }
        usage = {"usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1}}
        events = _events(_chunk({"text": "é"}), _chunk(groundingMetadata=grounding) | usage, _STOP)

        assert Cited(0, 0, Citation(url="https://a", start=0, end=1)) in events
        assert Counted(Usage(1, 1, searches=1)) in events


class TestCalls:
    def test_a_call_comes_whole(self) -> None:
        """And closes what was said before."""
        call = {"functionCall": {"id": "c1", "name": "f", "args": {"a": 1}}, "thoughtSignature": "c2ln"}
        events = _events(_chunk({"text": "a"}, call, {"functionCall": {"id": "c2", "name": "g"}}), _STOP)

        assert events == [
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Closed(0, 0),
            Opened(0, 1, ToolCall(id="c1", name="f")),
            Signed(0, 1, State("gemini", "c2ln")),
            Grown(0, 1, '{"a":1}'),
            Closed(0, 1),
            Opened(0, 2, ToolCall(id="c2", name="g")),
            Closed(0, 2),
            Finished(0, Finish.TOOL_CALLS),
            Ended(),
        ]

    def test_what_was_changed_is_changed_back(self) -> None:
        """The name, and free text in its one member."""
        plan = UpstreamPlan(tool_names={"_f": "1f"}, custom_tools=frozenset({"1f"}))
        call = {"functionCall": {"id": "c1", "name": "_f", "args": {"input": "words"}}}

        assert _events(_chunk(call), plan=plan)[:2] == [
            Opened(0, 0, ToolCall(id="c1", name="1f", custom=True)),
            Grown(0, 0, "words"),
        ]

    def test_a_call_in_pieces_is_collected(self) -> None:
        """As Vertex AI streams it, where it is asked to."""
        events = _events(
            _chunk(
                {"functionCall": {"id": "c1", "name": "f", "willContinue": True}, "thoughtSignature": "c2ln"}
            ),
            _chunk(_more("$.city", stringValue="Par", willContinue=True)),
            _chunk(_more("$.city", stringValue="is")),
            _chunk(_more("$.days[0].n", numberValue=3)),
            _chunk({"functionCall": {}}),
            _STOP,
        )

        assert events[:4] == [
            Opened(0, 0, ToolCall(id="c1", name="f")),
            Signed(0, 0, State("gemini", "c2ln")),
            Grown(0, 0, '{"city":"Paris","days":[{"n":3}]}'),
            Closed(0, 0),
        ]

    def test_a_call_that_was_never_told_to_its_end(self) -> None:
        """What there is of it is given; a stream that broke off has no end."""
        first = _chunk({"functionCall": {"id": "c1", "name": "f", "willContinue": True}})
        second = _chunk({"functionCall": {"id": "c2", "name": "g", "willContinue": True}})
        opened = [event.value for event in _events(first, second) if isinstance(event, Opened)]

        assert opened == [ToolCall(id="c1", name="f"), ToolCall(id="c2", name="g")]
        assert Ended() not in _events(first, second)


def _more(path: str, *, willContinue: bool = False, **value: Any) -> Json:  # noqa: N803 - the wire's
    argument = {"jsonPath": path, **value, **({"willContinue": True} if willContinue else {})}
    return {"functionCall": {"partialArgs": [argument], "willContinue": True}}


class TestHalfCalls:
    def test_one_that_is_none_fails_at_the_end(self) -> None:
        """Nothing is raised there either."""
        *_, last = _events(_chunk({"functionCall": {"name": 7, "willContinue": True}}))

        assert isinstance(last, Failed)


class TestMedia:
    def test_a_picture_comes_in_one_piece(self) -> None:
        """Between texts, which are two parts then."""
        events = _events(
            _chunk({"text": "a"}, {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}, {"text": "b"}),
            _STOP,
        )

        assert events[2:5] == [
            Closed(0, 0),
            Given(0, 1, Image(source=Source(data="AAAA", media_type="image/png"))),
            Opened(0, 2, Text()),
        ]


class TestEnd:
    def test_an_early_stop_is_no_end(self) -> None:
        """Why it ended is said when the bytes are at their end."""
        events = _events(
            _chunk({"text": "a"}, finishReason="STOP"), _chunk({"text": "b"}, finishReason="MAX_TOKENS")
        )

        assert events == [
            Opened(0, 0, Text()),
            Grown(0, 0, "a"),
            Grown(0, 0, "b"),
            Closed(0, 0),
            Finished(0, Finish.LENGTH),
            Ended(),
        ]

    def test_the_last_usage_counts(self) -> None:
        """The numbers are sums; before the end they lag behind."""
        first = {"usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 1}}
        last = {"usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "thoughtsTokenCount": 4}}
        counts = [
            event
            for event in _events(first, _chunk({"text": "a"}) | last, _STOP)
            if isinstance(event, Counted)
        ]

        assert counts == [
            Counted(Usage(3, 1), complete=False),
            Counted(Usage(3, 6, reasoning_tokens=4), complete=False),
            Counted(Usage(3, 6, reasoning_tokens=4)),
        ]

    def test_several_candidates(self) -> None:
        """Each has numbers of its own; all must have finished."""
        one, two = _chunk({"text": "a"}, finishReason="STOP"), _chunk({"text": "b"}, index=1)
        broken = _events(one, two)
        whole = _events(one, two, _chunk(index=1, finishReason="SAFETY"))

        assert broken[-2:] == [Closed(0, 0), Closed(1, 0)]
        assert whole[-3:] == [
            Finished(0, Finish.STOP),
            Finished(1, Finish.CONTENT_FILTER, said="SAFETY"),
            Ended(),
        ]

    def test_a_blocked_prompt(self) -> None:
        """It has no candidates."""
        assert _events({"promptFeedback": {"blockReason": "SAFETY"}}) == [
            Finished(0, Finish.CONTENT_FILTER, said="SAFETY"),
            Ended(),
        ]

    def test_a_prompt_that_is_blocked_later(self) -> None:
        """Who has begun to speak has ended, too."""
        events = _events(_chunk({"text": "a"}), {"promptFeedback": {"blockReason": "SAFETY"}})

        assert events[-2:] == [Finished(0, Finish.CONTENT_FILTER, said="SAFETY"), Ended()]

    def test_nothing_at_all(self) -> None:
        """It broke off before it said anything."""
        assert _events() == []


class TestErrors:
    @pytest.mark.parametrize(
        ("data", "leaf"),
        [
            (b'{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}', Overloaded),
            (b'[{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}]', Overloaded),
            (b'{"error":true}', Overloaded),
            (b"<html>", Garbled),
            (b"7", Garbled),
            (b'{"candidates":7}', Garbled),
            (b'{"candidates":[{"content":{"parts":[{"inlineData":{}}]}}]}', Garbled),
        ],
    )
    def test_what_is_no_chunk(self, data: bytes, leaf: type[Exception]) -> None:
        """It fails, and nothing is raised."""
        *_, last = GEMINI_UPSTREAM.decoder(UpstreamPlan()).feed(data)

        assert isinstance(last, Failed)
        assert type(last.error) is leaf

    def test_a_foreign_terminator_is_nothing(self) -> None:
        """Some imitators write OpenAI's."""
        assert list(GEMINI_UPSTREAM.decoder(UpstreamPlan()).feed(b"[DONE]")) == []
