import pytest

from oblivious.adapters.dialects.anthropic.translate.families import family_of


class TestFamilyOf:
    @pytest.mark.parametrize(
        ("model", "adaptive", "formats", "samplers"),
        [
            ("claude-3-opus-20240229", False, False, 2),
            ("claude-3-7-sonnet-20250219", False, False, 2),
            ("claude-sonnet-4-20250514", False, False, 2),
            ("claude-opus-4-1@20250805", False, False, 1),
            ("claude-sonnet-4-5-20250929", False, True, 1),
            ("anthropic/claude-haiku-4.5", False, True, 1),
            ("us.anthropic.claude-opus-4-6-v1:0", True, True, 1),
            ("claude-sonnet-4-6", True, True, 1),
            ("claude-opus-4-8", True, True, 0),
            ("claude-sonnet-5", True, True, 0),
            ("claude-haiku-5-5", True, True, 0),
            ("claude-mythos-preview", True, True, 0),
            ("claude-opus-latest", True, True, 0),
            ("glm-5", False, False, 2),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_a_name_tells_what_a_model_takes(
        self, model: str, *, adaptive: bool, formats: bool, samplers: int
    ) -> None:
        """Providers spell names in many ways; a date is no version."""
        family = family_of(model)

        assert (family.adaptive, family.formats, family.samplers) == (adaptive, formats, samplers)

    @pytest.mark.parametrize(
        ("model", "thinks", "off", "always"),
        [
            ("claude-3-5-haiku-20241022", False, "", False),
            ("claude-sonnet-4-5", True, "disabled", False),
            ("claude-opus-4-7", True, "", False),
            ("claude-opus-5", True, "disabled", False),
            ("claude-sonnet-5-5", True, "between_tools", False),
            ("claude-opus-5-5", True, "", True),
            ("claude-fable-5", True, "", True),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_families_stop_thinking_in_their_own_ways(
        self, model: str, *, thinks: bool, off: str, always: bool
    ) -> None:
        """Some by a word, some by leaving it out, some never."""
        family = family_of(model)

        assert (family.thinks, family.off, family.always) == (thinks, off, always)
