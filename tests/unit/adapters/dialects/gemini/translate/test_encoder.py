import json
from collections.abc import Sequence
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
    Audio,
    Citation,
    Image,
    Opaque,
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
from oblivious.adapters.dialects.gemini.translate.face import GEMINI_CLIENT
from oblivious.adapters.dialects.gemini.translate.signatures import state_of
from oblivious.contracts.errors import BrokeOff
from oblivious.contracts.usage import Usage
from tests.fakes.events import parsed

Json = dict[str, Any]
_PLAN = ClientPlan(ChatRequest(origin="gemini", model="mine", turns=()), exchange_id="e1")
_NAMED = {"modelVersion": "mine", "responseId": "e1"}
_FOREIGN = State("anthropic", "sig")


def _chunks(*events: ChatEvent) -> list[Json]:
    encoder = GEMINI_CLIENT.encoder(_PLAN)
    return [json.loads(data) for _, data in parsed(b"".join(map(encoder.feed, events)))]


def _pieces(chunks: Sequence[Json]) -> list[Json]:
    return [piece for chunk in chunks for each in chunk["candidates"] for piece in each["content"]["parts"]]


_END: tuple[ChatEvent, ...] = (Finished(0, Finish.STOP), Ended())


class TestStream:
    def test_a_whole_stream(self) -> None:
        """Words as they come; how it ended, and what was used, at the end."""
        chunks = _chunks(
            Begun("x"),
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "hm"),
            Closed(0, 0),
            Opened(0, 1, Text()),
            Grown(0, 1, "Hel\u2028lo"),
            Closed(0, 1),
            Counted(Usage(9, 1), complete=False),
            Finished(0, Finish.LENGTH, said="why"),
            Counted(Usage(10, 7, reasoning_tokens=3)),
            Ended(),
        )

        assert chunks[:2] == [
            {
                "candidates": [
                    {"content": {"parts": [{"thought": True, "text": "hm"}], "role": "model"}, "index": 0}
                ],
                **_NAMED,
            },
            {
                "candidates": [
                    {"content": {"parts": [{"text": "Hel\u2028lo"}], "role": "model"}, "index": 0}
                ],
                **_NAMED,
            },
        ]
        assert chunks[2]["candidates"] == [
            {
                "content": {"parts": [{"text": ""}], "role": "model"},
                "finishReason": "MAX_TOKENS",
                "index": 0,
                "finishMessage": "why",
            }
        ]
        assert chunks[2]["usageMetadata"]["candidatesTokenCount"] == 4
        assert chunks[2].items() >= _NAMED.items()
        assert len(chunks) == 3

    def test_events_are_lines_as_google_ends_them(self) -> None:
        """With the space that its client for Python looks for."""
        encoder = GEMINI_CLIENT.encoder(_PLAN)
        encoder.feed(Opened(0, 0, Text()))
        event = encoder.feed(Grown(0, 0, "a"))

        assert event.startswith(b"data: {")
        assert event.endswith(b"}\r\n\r\n")
        assert event.count(b"\n") == 2

    def test_a_call_goes_out_whole(self) -> None:
        """With its state; two that are told at once follow each other."""
        chunks = _chunks(
            Opened(0, 0, ToolCall(id="c1", name="f")),
            Opened(0, 1, ToolCall(id="c2", name="g")),
            Grown(0, 0, '{"a"'),
            Grown(0, 1, "{}"),
            Grown(0, 0, ":1}"),
            Signed(0, 0, _FOREIGN),
            Closed(0, 1),
            Closed(0, 0),
            *_END,
        )
        second, first, _ = _pieces(chunks)

        assert second == {"functionCall": {"id": "c2", "name": "g", "args": {}}}
        assert first["functionCall"] == {"id": "c1", "name": "f", "args": {"a": 1}}
        assert state_of(first["thoughtSignature"]) == _FOREIGN

    def test_a_call_stands_on_one_line(self) -> None:
        """However the model has laid out its arguments: a line that ends would end the data of the event."""
        (call, _) = _pieces(
            _chunks(
                Opened(0, 0, ToolCall(id="c1", name="f")),
                Grown(0, 0, '{\n  "a":\r\n "b\\n\u2028"\r}\n'),
                Closed(0, 0),
                *_END,
            )
        )

        assert call["functionCall"]["args"] == {"a": "b\n\u2028"}

    def test_a_state_follows_its_words(self) -> None:
        """In an empty piece of their kind, as Gemini does it."""
        chunks = _chunks(
            Opened(0, 0, Reasoning()),
            Grown(0, 0, "hm"),
            Signed(0, 0, _FOREIGN),
            Closed(0, 0),
            Opened(0, 1, Text()),
            Signed(0, 1, State("gemini", "c2ln")),
            Closed(0, 1),
            *_END,
        )
        pieces = _pieces(chunks)

        assert (pieces[1]["text"], pieces[1]["thought"]) == ("", True)
        assert state_of(pieces[1]["thoughtSignature"]) == _FOREIGN
        assert pieces[2] == {"text": "", "thoughtSignature": "c2ln"}

    def test_pictures_sounds_and_refusals(self) -> None:
        """Each in words that Gemini has; others' own items are left out."""
        chunks = _chunks(
            Given(0, 0, Image(source=Source(data="AAAA", media_type="image/png"))),
            Given(0, 1, Opaque(origin="anthropic", kind="x", value=1)),
            Opened(0, 2, Audio(source=Source())),
            Grown(0, 2, "said", audio="AAA="),
            Grown(0, 2, audio="BBB="),
            Closed(0, 2),
            Opened(0, 3, Refusal()),
            Grown(0, 3, "no"),
            Closed(0, 3),
        )

        assert _pieces(chunks) == [
            {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
            {"inlineData": {"mimeType": "audio/l16", "data": "AAA="}},
            {"inlineData": {"mimeType": "audio/l16", "data": "BBB="}},
            {"text": "no"},
        ]

    def test_citations_come_last(self) -> None:
        """With the whole text known, in bytes."""
        chunks = _chunks(
            Opened(0, 0, Text()),
            Grown(0, 0, "é "),
            Grown(0, 0, "lo"),
            Cited(0, 0, Citation(url="https://a", title="A", start=2, end=4)),
            Closed(0, 0),
            *_END,
        )

        assert chunks[-1]["candidates"][0]["groundingMetadata"]["groundingSupports"] == [
            {"segment": {"startIndex": 3, "endIndex": 5, "text": "lo"}, "groundingChunkIndices": [0]}
        ]

    def test_probabilities_come_with_the_words(self) -> None:
        """As Gemini says them."""
        tokens = [{"token": "a", "logprob": -1}]
        chunks = _chunks(Opened(0, 0, Text()), Grown(0, 0, "a", tokens))

        assert chunks[0]["candidates"][0]["logprobsResult"]["chosenCandidates"] == [
            {"token": "a", "logProbability": -1}
        ]

    def test_several_choices_end_together(self) -> None:
        """In one chunk."""
        chunks = _chunks(Finished(0, Finish.STOP), Finished(1, Finish.CONTENT_FILTER), Ended())

        assert [(each["index"], each["finishReason"]) for each in chunks[0]["candidates"]] == [
            (0, "STOP"),
            (1, "SAFETY"),
        ]

    @pytest.mark.parametrize(
        "event",
        [
            Begun(),
            Failed(BrokeOff("m")),
            Finished(0, Finish.STOP),
            Counted(Usage(1, 1)),
            Grown(0, 9, "a"),
            Signed(0, 9, _FOREIGN),
            Cited(0, 9, Citation()),
            Closed(0, 9),
        ],
        ids=lambda event: type(event).__name__,
    )
    def test_what_says_nothing_yet(self, event: ChatEvent) -> None:
        """Nor is anything raised for a part that was never opened."""
        assert GEMINI_CLIENT.encoder(_PLAN).feed(event) == b""

    def test_an_end_without_anything_before_it(self) -> None:
        """A stop, and no numbers that nobody gave."""
        (chunk,) = _chunks(Ended())

        assert chunk["candidates"][0]["finishReason"] == "STOP"
        assert "usageMetadata" not in chunk
