import pytest

from oblivious.adapters.chat.request import Thinking
from oblivious.adapters.dialects.gemini.translate.models import generation_of, has_levels, thinking_of
from oblivious.adapters.lenient import Json


class TestGeneration:
    @pytest.mark.parametrize(
        ("model", "generation"),
        [
            ("gemini-2.5-flash", 2.5),
            ("gemini-3-pro-preview", 3.0),
            ("gemini-3.8-flash", 3.8),
            ("google/gemini-4-argon", 4.0),
            ("gemini-flash-latest", 99.0),
            ("mine", 99.0),
        ],
    )
    def test_the_number_in_the_name(self, model: str, generation: float) -> None:
        """A name without one is the newest: that is what an alias moves to."""
        assert generation_of(model) == generation
        assert has_levels(model) is (generation >= 3)


_ON, _OFF = {"includeThoughts": True}, {"includeThoughts": False}


class TestThinking:
    @pytest.mark.parametrize(
        ("model", "thinking", "expected"),
        [
            ("gemini-2.5-flash", Thinking(budget=1_000), {"thinkingBudget": 1_000, **_ON}),
            ("gemini-2.5-flash", Thinking(budget=-1), {"thinkingBudget": -1, **_ON}),
            ("gemini-2.5-flash", Thinking(budget=99_999), {"thinkingBudget": 24_576, **_ON}),
            ("gemini-2.5-flash", Thinking(effort="low"), {"thinkingBudget": 2_048, **_ON}),
            ("gemini-2.5-flash", Thinking(enabled=True), {"thinkingBudget": -1, **_ON}),
            ("gemini-2.5-flash", Thinking(effort="none"), {"thinkingBudget": 0}),
            ("gemini-2.5-flash", Thinking(enabled=False), {"thinkingBudget": 0}),
            ("gemini-2.5-pro", Thinking(budget=0), {"thinkingBudget": 128}),
            ("gemini-2.5-pro", Thinking(budget=5), {"thinkingBudget": 128, **_ON}),
            ("gemini-2.5-flash-lite", Thinking(budget=5), {"thinkingBudget": 512, **_ON}),
            ("gemini-2.5-pro", Thinking(budget=200, shown="omitted"), {"thinkingBudget": 200, **_OFF}),
            ("gemini-3.8-flash", Thinking(effort="medium"), {"thinkingLevel": "MEDIUM", **_ON}),
            ("gemini-3.8-flash", Thinking(effort="max"), {"thinkingLevel": "HIGH", **_ON}),
            ("gemini-3.8-flash", Thinking(budget=20_000), {"thinkingLevel": "HIGH", **_ON}),
            ("gemini-3.8-flash", Thinking(budget=-1), _ON),
            ("gemini-3.8-flash", Thinking(enabled=True), _ON),
            ("gemini-3.8-flash", Thinking(effort="none"), {"thinkingLevel": "LOW"}),
            ("gemini-3.6-flash", Thinking(enabled=False), {"thinkingLevel": "MINIMAL"}),
            ("gemini-3.5-flash-lite", Thinking(effort="minimal"), {"thinkingLevel": "MINIMAL", **_ON}),
            ("gemini-3.1-pro-preview", Thinking(effort="minimal"), {"thinkingLevel": "LOW", **_ON}),
            (
                "gemini-3.8-flash",
                Thinking(effort="something", shown="omitted"),
                {"thinkingLevel": "MEDIUM", **_OFF},
            ),
            ("gemini-2.0-flash", Thinking(effort="high"), None),
            ("gemini-2.5-flash-image", Thinking(effort="high"), None),
            ("gemini-2.5-pro-preview-tts", Thinking(effort="high"), None),
        ],
    )
    def test_by_tokens_or_by_level(self, model: str, thinking: Thinking, expected: Json | None) -> None:
        """Never both; within what the model takes; none where it refuses to be told."""
        assert thinking_of(thinking, model) == expected
