import pytest

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
            ({"usage": {**_BASE, PROMPT: {"cached_tokens": 999}}}, Usage(100, 50, 100)),
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
            "a part above its whole", "a float", "nonsense", "an input below zero",
            "an output below zero", "odd details", "a boolean", "empty", "null",
            "a word", "absent",
        ],
    )  # fmt: skip
    def test_every_spelling_becomes_one_shape(
        self, answer: dict[str, object], expected: Usage | None
    ) -> None:
        """And none of them raises."""
        assert read_usage(answer) == expected
