import json
from typing import Any

import pytest

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
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.gemini.translate.face import GEMINI_CLIENT, GEMINI_UPSTREAM
from oblivious.contracts.errors import Garbled, Overloaded, UpstreamError
from oblivious.contracts.usage import Usage

Json = dict[str, Any]

_PLAN = ClientPlan(ChatRequest(origin="gemini", model="mine", turns=()), exchange_id="e1")


def _read(answer: Any, plan: UpstreamPlan | None = None) -> ChatResponse:
    response = GEMINI_UPSTREAM.read_response(json.dumps(answer).encode(), plan or UpstreamPlan())
    assert isinstance(response, ChatResponse)
    return response


def _choice(*pieces: Json, **members: Any) -> Choice:
    answer = {"candidates": [{"content": {"parts": list(pieces), "role": "model"}, **members}]}
    return _read(answer).choices[0]


def _written(*parts: Part, **members: Any) -> Json:
    body = GEMINI_CLIENT.write_response(ChatResponse((Choice(parts, **members),)), _PLAN)
    candidate: Json = json.loads(body)["candidates"][0]
    return candidate


class TestReadResponse:
    def test_a_whole_answer(self) -> None:
        """Thoughts, text that follows text, a call; a call counts more than STOP."""
        response = _read(
            {
                "candidates": [
                    {
                        "content": {
                            "parts": [
                                {"text": "hm", "thought": True},
                                {"text": "Hel"},
                                {"text": "lo"},
                                {"text": "", "thoughtSignature": "c2ln"},
                                {"functionCall": {"id": "c1", "name": "f", "args": {"a": 1}}},
                            ]
                        },
                        "finishReason": "STOP",
                        "index": 0,
                    }
                ],
                "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "thoughtsTokenCount": 1},
                "responseId": "r1",
            }
        )

        assert response == ChatResponse(
            (
                Choice(
                    (
                        Reasoning(text="hm", summary=True),
                        Text(text="Hello", state=State("gemini", "c2ln")),
                        ToolCall(id="c1", name="f", arguments='{"a":1}'),
                    ),
                    Finish.TOOL_CALLS,
                ),
            ),
            Usage(3, 3, reasoning_tokens=1),
            id="r1",
        )

    def test_media_and_what_only_gemini_knows(self) -> None:
        """Pictures that were drawn in thought are no part of the answer."""
        png = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
        choice = _choice(png, {**png, "thought": True}, {"executableCode": {"code": "1"}})

        assert choice.parts == (
            Image(source=Source(data="AAAA", media_type="image/png")),
            Opaque(origin="gemini", kind="thought", value={**png, "thought": True}),
            Opaque(origin="gemini", kind="executableCode", value={"code": "1"}),
        )

    @pytest.mark.parametrize(
        ("reason", "finish", "said"),
        [
            ("STOP", Finish.STOP, ""),
            ("MAX_TOKENS", Finish.LENGTH, ""),
            ("SAFETY", Finish.CONTENT_FILTER, "SAFETY"),
            ("MALFORMED_FUNCTION_CALL", Finish.STOP, "MALFORMED_FUNCTION_CALL"),
            ("SOMETHING_NEW", Finish.STOP, "SOMETHING_NEW"),
            (None, Finish.STOP, ""),
            (7, Finish.STOP, ""),
        ],
    )
    def test_why_it_ended(self, reason: object, finish: Finish, said: str) -> None:
        """An unknown reason is a stop."""
        choice = _choice({"text": "a"}, finishReason=reason)

        assert (choice.finish, choice.said) == (finish, said)

    def test_what_was_changed_is_changed_back(self) -> None:
        """Names, and free text in its one member; an id is made where there is none."""
        plan = UpstreamPlan(tool_names={"_f": "1f"}, custom_tools=frozenset({"1f"}))
        calls = [
            {"functionCall": {"name": "_f", "args": {"input": "words"}}},
            {"functionCall": {"name": "g"}},
        ]
        first, second = _read({"candidates": [{"content": {"parts": calls}}]}, plan).choices[0].parts

        assert isinstance(first, ToolCall)
        assert isinstance(second, ToolCall)
        assert (first.name, first.arguments, first.custom) == ("1f", "words", True)
        assert (second.name, second.arguments, second.custom) == ("g", "", False)
        assert first.id.startswith("call_")
        assert first.id != second.id

    def test_citations(self) -> None:
        """Google counts bytes, we count characters."""
        grounding = {
            "groundingChunks": [{"web": {"uri": "https://a", "title": "A"}}, {"maps": {"uri": "https://b"}}],
            "groundingSupports": [
                {"segment": {"startIndex": 3, "endIndex": 6}, "groundingChunkIndices": [0, 9, "x"]}
            ],
        }
        choice = _choice({"text": "é lo"}, groundingMetadata=grounding)

        assert choice.parts == (
            Text(
                text="é lo",
                citations=(
                    Citation(url="https://a", title="A", start=2, end=-1),
                    Citation(url="https://b"),
                ),
            ),
        )

    def test_probabilities(self) -> None:
        """In the shape of chat completions."""
        result = {
            "chosenCandidates": [{"token": "a", "logProbability": -0.5}],
            "topCandidates": [{"candidates": [{"token": "b", "logProbability": -1}]}],
        }
        choice = _choice({"text": "a"}, logprobsResult=result)

        assert choice.logprobs == {
            "content": [
                {
                    "token": "a",
                    "logprob": -0.5,
                    "bytes": [97],
                    "top_logprobs": [{"token": "b", "logprob": -1, "bytes": [98]}],
                }
            ],
            "refusal": None,
        }

    def test_a_blocked_prompt(self) -> None:
        """There are no candidates; that is an answer all the same."""
        response = _read({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})

        assert response.choices == (Choice((), Finish.CONTENT_FILTER, said="PROHIBITED_CONTENT"),)
        assert response.usage is None

    @pytest.mark.parametrize(
        ("body", "leaf"),
        [
            (b"<html>", Garbled),
            (b"7", Garbled),
            (b"{}", Garbled),
            (b'{"candidates":[]}', Garbled),
            (b'{"candidates":[{"content":{"parts":[{"functionCall":{"args":7}}]}}]}', Garbled),
            (b'{"candidates":[{"content":{"parts":[7]}}]}', Garbled),
            (b'{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}', Overloaded),
            (b'[{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}]', Overloaded),
        ],
    )
    def test_what_is_no_answer(self, body: bytes, leaf: type[UpstreamError]) -> None:
        """It comes back as the error that it is."""
        assert type(GEMINI_UPSTREAM.read_response(body, UpstreamPlan())) is leaf


class TestWriteResponse:
    def test_a_whole_answer(self) -> None:
        """With the client's name of the model."""
        response = ChatResponse(
            (Choice((Reasoning(text="hm"), Text(text="Hello")), Finish.LENGTH),),
            Usage(10, 7, 4, reasoning_tokens=3),
            id="upstream",
        )

        assert json.loads(GEMINI_CLIENT.write_response(response, _PLAN)) == {
            "candidates": [
                {
                    "content": {
                        "parts": [{"text": "hm", "thought": True}, {"text": "Hello"}],
                        "role": "model",
                    },
                    "finishReason": "MAX_TOKENS",
                    "index": 0,
                }
            ],
            "usageMetadata": {
                "promptTokenCount": 10,
                "candidatesTokenCount": 4,
                "totalTokenCount": 17,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 10}],
                "candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": 4}],
                "cachedContentTokenCount": 4,
                "thoughtsTokenCount": 3,
            },
            "modelVersion": "mine",
            "responseId": "e1",
        }

    @pytest.mark.parametrize(
        ("part", "piece"),
        [
            (
                ToolCall(id="c1", name="f", arguments='{"a":1}'),
                {"functionCall": {"id": "c1", "name": "f", "args": {"a": 1}}},
            ),
            (ToolCall(id="c1", name="f"), {"functionCall": {"id": "c1", "name": "f", "args": {}}}),
            (Refusal(text="no"), {"text": "no"}),
            (
                Image(source=Source(data="AAAA", media_type="image/png")),
                {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
            ),
            (
                Audio(source=Source(data="AAAA"), format="mp3", transcript="said"),
                {"inlineData": {"mimeType": "audio/mpeg", "data": "AAAA"}},
            ),
            (Opaque(origin="anthropic", kind="x", value=1), {"text": ""}),
            (Image(source=Source(file_id="file-1")), {"text": ""}),
            (Text(text="a", state=State("gemini", "c2ln")), {"text": "a", "thoughtSignature": "c2ln"}),
        ],
    )
    def test_each_kind(self, part: Part, piece: Json) -> None:
        """What Gemini has no words for is left out; something is always there."""
        assert _written(part)["content"]["parts"] == [piece]

    @pytest.mark.parametrize(
        ("finish", "reason"),
        [
            (Finish.STOP, "STOP"),
            (Finish.LENGTH, "MAX_TOKENS"),
            (Finish.TOOL_CALLS, "STOP"),
            (Finish.CONTENT_FILTER, "SAFETY"),
            (Finish.PAUSE, "STOP"),
        ],
    )
    def test_why_it_ended(self, finish: Finish, reason: str) -> None:
        """In Gemini's words; more words beside it."""
        candidate = _written(finish=finish, said="why")

        assert (candidate["finishReason"], candidate["finishMessage"]) == (reason, "why")

    def test_citations(self) -> None:
        """As grounding, in bytes; each source once, and those that are not named not at all."""
        cited = (
            Citation(url="https://a", title="A", start=2, end=4),
            Citation(url="https://a", title="A"),
            Citation(quoted="x"),
        )

        assert _written(Text(text="é lo", citations=cited))["groundingMetadata"] == {
            "groundingChunks": [{"web": {"uri": "https://a", "title": "A"}}],
            "groundingSupports": [
                {"segment": {"startIndex": 3, "endIndex": 5, "text": "lo"}, "groundingChunkIndices": [0]}
            ],
        }

    def test_probabilities(self) -> None:
        """As Gemini says them."""
        tokens = [{"token": "a", "logprob": -0.5, "top_logprobs": [{"token": "b", "logprob": -1}]}]
        candidate = _written(Text(text="a"), logprobs={"content": tokens})

        assert candidate["logprobsResult"] == {
            "chosenCandidates": [{"token": "a", "logProbability": -0.5}],
            "topCandidates": [{"candidates": [{"token": "b", "logProbability": -1}]}],
        }

    def test_a_client_that_cannot_return_the_state_of_others_gets_none(self) -> None:
        """Its own it always gets."""
        plan = ClientPlan(_PLAN.request, wants_state=False)
        parts = (Text(text="a", state=State("anthropic", "s")), Text(text="b", state=State("gemini", "c2ln")))
        body = json.loads(GEMINI_CLIENT.write_response(ChatResponse((Choice(parts),)), plan))

        assert body["candidates"][0]["content"]["parts"] == [
            {"text": "a"},
            {"text": "b", "thoughtSignature": "c2ln"},
        ]
