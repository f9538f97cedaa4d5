import json
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.gemini.endpoints import (
    BATCH_EMBED_CONTENTS,
    COUNT_TOKENS,
    EMBED_CONTENT,
    GENERATE_CONTENT,
)
from oblivious.adapters.dialects.gemini.face import Gemini
from oblivious.contracts.errors import InvalidRequest

_SAID = [{"parts": [{"text": "hi"}]}]


def _envelope(
    body: dict[str, Any] | bytes, endpoint: Endpoint = GENERATE_CONTENT, *, stream: bool = False
) -> Envelope:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Gemini().envelope_at(endpoint, text, "gemini-3.8-flash", stream=stream)


class TestEnvelopeAt:
    def test_model_and_stream_come_from_the_path(self) -> None:
        """Whatever the body says of them."""
        envelope = _envelope({"contents": _SAID, "model": "models/other", "stream": False}, stream=True)

        assert (envelope.model, envelope.stream) == ("gemini-3.8-flash", True)

    @pytest.mark.parametrize(
        ("config", "caps", "n"),
        [
            ({}, None, 1),
            ({"maxOutputTokens": 100, "candidateCount": 2}, 100, 2),
            ({"max_output_tokens": 100, "candidate_count": 2}, 100, 2),
            ({"maxOutputTokens": 100.0}, 100, 1),
            ({"maxOutputTokens": "100"}, 100, 1),
            ({"maxOutputTokens": None, "candidateCount": 0}, None, 1),
            ({"maxOutputTokens": 10**12}, 2**31 - 1, 1),
        ],
        ids=["nothing", "camel", "snake", "float", "text", "none", "huge"],
    )
    def test_limits_stand_in_the_configuration(
        self, config: dict[str, Any], caps: int | None, n: int
    ) -> None:
        """They are read as leniently as Google reads them."""
        for name in ("generationConfig", "generation_config"):
            envelope = _envelope({"contents": _SAID, name: config})

            assert (envelope.max_output_tokens, envelope.n) == (caps, n)

    @pytest.mark.parametrize(
        ("body", "param"),
        [
            ({}, "contents"),
            ({"contents": None}, "contents"),
            ({"contents": []}, "contents"),
            ({"contents": "hi"}, "contents"),
            ({"contents": {}}, "contents"),
            ({"contents": _SAID, "generationConfig": []}, "generationConfig"),
            (
                {"contents": _SAID, "generationConfig": {"maxOutputTokens": "many"}},
                "generationConfig.maxOutputTokens",
            ),
            (
                {"contents": _SAID, "generationConfig": {"maxOutputTokens": -1}},
                "generationConfig.maxOutputTokens",
            ),
            (
                {"contents": _SAID, "generationConfig": {"candidateCount": True}},
                "generationConfig.candidateCount",
            ),
        ],
    )
    def test_what_is_wrong_is_named(self, body: dict[str, Any], param: str) -> None:
        """A clear 400."""
        with pytest.raises(InvalidRequest) as caught:
            _envelope(body)

        assert caught.value.param == param

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"contents":[{}],"contents":[{}]}'])
    def test_what_is_no_object_is_refused(self, body: bytes) -> None:
        """So is a member that is given twice."""
        with pytest.raises(InvalidRequest):
            _envelope(body)

    def test_an_object_alone_stands_for_a_list(self) -> None:
        """As in Google's own older examples."""
        assert _envelope({"contents": {"parts": {"text": "hi"}}}).model

    @pytest.mark.parametrize(
        ("endpoint", "body"),
        [
            (COUNT_TOKENS, {"contents": _SAID}),
            (COUNT_TOKENS, {"generateContentRequest": {"model": "models/m", "contents": _SAID}}),
            (EMBED_CONTENT, {"content": _SAID[0]}),
            (BATCH_EMBED_CONTENTS, {"requests": [{"model": "models/m", "content": _SAID[0]}]}),
        ],
    )
    def test_each_endpoint_has_its_own_conversation(self, endpoint: Endpoint, body: dict[str, Any]) -> None:
        """And never streams where it cannot."""
        assert not _envelope(body, endpoint, stream=True).stream

    def test_a_tier_and_a_cache_are_seen(self) -> None:
        """Cached content lives in the account that made it."""
        envelope = _envelope({"contents": _SAID, "serviceTier": "flex", "cachedContent": "cachedContents/1"})

        assert (envelope.service_tier, envelope.bindings) == ("flex", ("cachedContents/1",))

    def test_the_plain_envelope_is_refused(self) -> None:
        """Nobody knows the model without the path."""
        with pytest.raises(InvalidRequest):
            Gemini().envelope(GENERATE_CONTENT, b"{}")
