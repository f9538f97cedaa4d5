import json

import pytest

from oblivious.adapters.dialects.openai_chat.answer import read_answer
from oblivious.adapters.dialects.openai_chat.usage import read_usage
from oblivious.contracts.usage import Usage

PROMPT, COMPLETION = "prompt_tokens_details", "completion_tokens_details"
_BASE = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}


class TestReadUsage:
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            ({"usage": _BASE}, Usage(100, 50)),
            (
                {
                    "usage": {
                        **_BASE,
                        PROMPT: {"cached_tokens": 40, "cache_write_tokens": 10, "audio_tokens": 5},
                        COMPLETION: {"reasoning_tokens": 20, "audio_tokens": 7},
                    }
                },
                Usage(100, 50, 40, 10, 0, 20, 5, 7),
            ),
            ({"usage": {**_BASE, "prompt_cache_hit_tokens": 30}}, Usage(100, 50, 30)),
            ({"usage": {**_BASE, "cached_tokens": 30}}, Usage(100, 50, 30)),
            ({"x_groq": {"usage": _BASE}}, Usage(100, 50)),
            ({"choices": [{"usage": _BASE}]}, Usage(100, 50)),
            ({"usage": {"prompt_tokens": 8, "total_tokens": 8}}, Usage(8)),
            (
                {"usage": {**_BASE, "total_tokens": 170, COMPLETION: {"reasoning_tokens": 20}}},
                Usage(100, 70, reasoning_tokens=20),
            ),
            (
                {"usage": {**_BASE, "total_tokens": 525, PROMPT: {"cached_tokens": 9, "audio_tokens": 375}}},
                Usage(475, 50, 9, audio_input_tokens=375),
            ),
            ({"usage": {**_BASE, PROMPT: {"cached_tokens": 160}}}, Usage(260, 50, 160)),
            ({"usage": {**_BASE, PROMPT: {"cache_write_tokens": 999}}}, Usage(100, 50, 0, 100)),
            ({"usage": {**_BASE, "prompt_tokens": 100.0}}, Usage(100, 50)),
            ({"usage": {"prompt_tokens": "many", "completion_tokens": 1e99}}, Usage()),
            ({"usage": {"prompt_tokens": -1, "completion_tokens": 5}}, None),
            ({"usage": {"prompt_tokens": 5, "completion_tokens": -1.0}}, None),
            ({"usage": {**_BASE, PROMPT: 7, COMPLETION: []}}, Usage(100, 50)),
            ({"usage": {**_BASE, "completion_tokens": True}}, Usage(100, 0)),
            ({"usage": {}}, None),
            ({"usage": None}, None),
            ({"usage": "free"}, None),
            ({}, None),
        ],
        ids=[
            "plain", "details", "DeepSeek", "Moonshot", "Groq", "Moonshot, once", "embeddings", "xAI",
            "Mistral's sounds", "Azure's Grok", "a part above its whole", "a float", "nonsense",
            "an input below zero",
            "an output below zero", "odd details", "a boolean", "empty", "null",
            "a word", "absent",
        ],
    )  # fmt: skip
    def test_every_spelling_becomes_one_shape(
        self, answer: dict[str, object], expected: Usage | None
    ) -> None:
        """And none of them raises."""
        assert read_usage(answer) == expected


def test_a_whole_answer_tells_it_where_groq_does() -> None:
    """What stands elsewhere than usual counts as well."""
    answer = {"choices": [{"index": 0}], "x_groq": {"usage": _BASE}}

    assert read_answer(json.dumps(answer).encode()).usage == Usage(100, 50)
