import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Turn
from oblivious.adapters.dialects.gemini.translate.face import GEMINI_UPSTREAM
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.providers.provider import Provider

_GOOGLE = Provider(name="google", speaks={}, source="a test's")


def asked(**members: Any) -> ChatRequest:
    return ChatRequest(origin="x", model="mine", turns=(Turn("user", (Text(text="hi"),)),), **members)


def write(request: ChatRequest, model: str = "gemini-3.8-flash") -> Outgoing:
    return GEMINI_UPSTREAM.write_request(request, Target(_GOOGLE, model))


def body(request: ChatRequest) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(write(request).body)
    return written


class TestConfig:
    def test_everything_it_can_be_told(self) -> None:
        """From the neutral words to its own."""
        request = asked(
            n=2,
            max_output_tokens=100,
            temperature=0.5,
            top_p=0.9,
            top_k=40,
            presence_penalty=0.1,
            frequency_penalty=0.2,
            seed=2**31 + 7,
            stop=("a",),
            logprobs=3,
            modalities=("text", "audio"),
            voice={"voice": "Kore", "format": "wav"},
            format=Format("json_schema", {"type": "object"}, strict=True),
            thinking=Thinking(effort="high"),
            service_tier="flex",
        )
        written = body(request)

        assert written["serviceTier"] == "flex"
        assert written["generationConfig"] == {
            "candidateCount": 2,
            "maxOutputTokens": 100,
            "temperature": 0.5,
            "topP": 0.9,
            "topK": 40,
            "presencePenalty": 0.1,
            "frequencyPenalty": 0.2,
            "seed": 7,
            "stopSequences": ["a"],
            "responseLogprobs": True,
            "logprobs": 3,
            "responseModalities": ["TEXT", "AUDIO"],
            "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
            "responseMimeType": "application/json",
            "responseJsonSchema": {"type": "object"},
            "thinkingConfig": {"thinkingLevel": "HIGH", "includeThoughts": True},
        }

    @pytest.mark.parametrize(
        ("members", "config"),
        [
            ({"format": Format("json_object")}, {"responseMimeType": "application/json"}),
            ({"logprobs": 0}, {"responseLogprobs": True}),
            ({"voice": {"gemini": {"a": 1}}}, {"speechConfig": {"a": 1}}),
            ({"temperature": 0}, {"temperature": 0}),
        ],
    )
    def test_one_by_one(self, members: dict[str, Any], config: dict[str, Any]) -> None:
        """What needs more than another name."""
        assert body(asked(**members))["generationConfig"] == config

    def test_a_model_that_cannot_think_is_not_told_to(self) -> None:
        """It would refuse."""
        out = write(asked(thinking=Thinking(effort="high")), "gemini-2.0-flash")

        assert out.plan.dropped == ["thinking"]
        assert "generationConfig" not in json.loads(out.body)
