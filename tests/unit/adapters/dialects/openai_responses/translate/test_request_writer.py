"""Members of requests for an upstream that speaks the Responses API."""

import json
from typing import Any

import pytest

from oblivious.adapters.chat.parts import (
    Text,
)
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Turn
from oblivious.adapters.chat.treatment import TREATED
from oblivious.adapters.dialects.openai_responses.translate.face import RESPONSES_UPSTREAM
from oblivious.adapters.dialects.openai_responses.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.registry import PROVIDERS
from oblivious.contracts.errors import InvalidRequest

HI = Turn("user", (Text(text="hi"),))


def asked(*said: Turn, **members: Any) -> ChatRequest:
    return ChatRequest(**{"origin": "elsewhere", "model": "m", "turns": said or (HI,), **members})


def written(request: ChatRequest) -> tuple[dict[str, Any], UpstreamPlan]:
    """Write for an upstream; return its body and the plan."""
    out = RESPONSES_UPSTREAM.write_request(request, Target(PROVIDERS["openai"], "up"))
    assert out.path == "responses"
    return json.loads(out.body), out.plan


THOUGHTS = {"include": ["reasoning.encrypted_content"]}


class TestMembers:
    def test_the_treatments_are_complete(self) -> None:
        """No member is forgotten."""
        assert set(TREATMENTS) == TREATED

    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ({"stream": True}, {"stream": True}),
            ({"store": True}, {"store": True}),
            ({"max_output_tokens": 100}, {"max_output_tokens": 100}),
            ({"max_output_tokens": 1}, {"max_output_tokens": 16}),
            ({"temperature": 0.0, "top_p": 0.5}, {"temperature": 0.0, "top_p": 0.5}),
            ({"user": "u", "cache_key": "k"}, {"user": "u", "prompt_cache_key": "k"}),
            ({"cache_retention": "24h"}, {"prompt_cache_retention": "24h"}),
            (
                {"metadata": {"a": "b"}, "service_tier": "flex"},
                {"metadata": {"a": "b"}, "service_tier": "flex"},
            ),
            ({"verbosity": "low"}, {"text": {"verbosity": "low"}}),
            ({"format": Format("json_object")}, {"text": {"format": {"type": "json_object"}}}),
            (
                {"format": Format("json_schema", {"a": 1}, strict=True, description="d")},
                {
                    "text": {
                        "format": {
                            "type": "json_schema",
                            "name": "answer",
                            "schema": {"a": 1},
                            "description": "d",
                            "strict": True,
                        }
                    }
                },
            ),
            (
                {"logprobs": 2},
                {
                    "top_logprobs": 2,
                    "include": ["message.output_text.logprobs"],
                },
            ),
            (
                {"thinking": Thinking(effort="high")},
                {"reasoning": {"effort": "high"}, **THOUGHTS},
            ),
            ({"thinking": Thinking(budget=2_000)}, {"reasoning": {"effort": "low"}, **THOUGHTS}),
            ({"thinking": Thinking(enabled=False)}, {"reasoning": {"effort": "none"}}),
            ({"thinking": Thinking(enabled=True)}, {"reasoning": {"summary": "auto"}, **THOUGHTS}),
            ({"thinking": Thinking(enabled=True, shown="omitted")}, THOUGHTS),
            (
                {"thinking": Thinking(effort="low", shown="detailed")},
                {"reasoning": {"effort": "low", "summary": "detailed"}, **THOUGHTS},
            ),
            ({"modalities": ("text",)}, {}),
        ],
    )
    def test_what_is_said(self, members: dict[str, Any], expected: dict[str, Any]) -> None:
        """In the words of this dialect."""
        body, plan = written(asked(**members))

        assert body == {**written(asked())[0], **expected}
        assert plan.dropped == []

    def test_long_ids_are_hashed(self) -> None:
        """OpenAI takes 64 characters; the same user stays the same."""
        body, _ = written(asked(user="u" * 65, cache_key="k" * 64))

        assert len(body["user"]) == 64
        assert body["user"] == written(asked(user="u" * 65))[0]["user"]
        assert body["prompt_cache_key"] == "k" * 64

    @pytest.mark.parametrize(
        "members",
        [
            {"top_k": 3},
            {"seed": 1},
            {"stop": ("x",)},
            {"frequency_penalty": 0.1},
            {"presence_penalty": 0.1},
            {"logit_bias": {"1": 2}},
            {"prediction": {"type": "content"}},
            {"voice": {"voice": "a"}},
            {"safety": []},
            {"service_tier": "standard_only"},
        ],
        ids=str,
    )
    def test_what_only_tunes_is_left_out_and_told(self, members: dict[str, Any]) -> None:
        """By its neutral name."""
        body, plan = written(asked(**members))

        assert body == written(asked())[0]
        assert plan.dropped == list(members)

    @pytest.mark.parametrize("members", [{"n": 2}, {"modalities": ("text", "audio")}], ids=str)
    def test_what_the_answer_would_lack_is_refused(self, members: dict[str, Any]) -> None:
        """By name."""
        with pytest.raises(InvalidRequest) as caught:
            written(asked(**members))

        assert caught.value.param == next(iter(members))
