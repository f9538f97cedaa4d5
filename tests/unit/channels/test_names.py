import pytest

from oblivious.channels.names import cycle, is_pattern, matches, upstream_name


class TestMatches:
    @pytest.mark.parametrize(
        ("pattern", "model", "fits"),
        [
            ("gpt-*", "gpt-4o", True),
            ("gpt-*", "gpt-", True),
            ("gpt-*", "my-gpt-4o", False),
            ("*", "anything/at:all", True),
            ("*-mini", "gpt-4o-mini", True),
            ("gpt.4*", "gpt-4o", False),
            ("gpt-4o", "gpt-4o", True),
        ],
    )
    def test_a_star_stands_for_any_text_and_nothing_else_does(
        self, *, pattern: str, model: str, fits: bool
    ) -> None:
        """From the first letter to the last."""
        assert matches(pattern, model) is fits

    def test_only_a_star_makes_a_pattern(self) -> None:
        """Names have dots and question marks of their own."""
        assert is_pattern("a*")
        assert not is_pattern("a.?")


class TestUpstreamName:
    @pytest.mark.parametrize(
        ("mapping", "model", "upstream"),
        [
            ({}, "a", "a"),
            ({"a": "x"}, "a", "x"),
            ({"a": "b", "b": "c"}, "a", "c"),
            ({"a": "a"}, "a", "a"),
            ({"gpt-*": "openai/gpt-*"}, "gpt-4o", "openai/gpt-4o"),
            ({"gpt-*": "one"}, "gpt-4o", "one"),
            ({"*": "other", "a": "x"}, "a", "x"),
            ({"a*": "first", "ab*": "second"}, "abc", "second"),
        ],
        ids=["none", "one", "a chain", "itself", "a pattern", "all to one", "a name first", "the longest"],
    )
    def test_the_mapping_is_followed(self, mapping: dict[str, str], model: str, upstream: str) -> None:
        """A name of its own goes before a pattern."""
        assert upstream_name(mapping, model) == upstream

    def test_a_pattern_holds_once(self) -> None:
        """What it has made is a name of the provider's, and no model that was asked for."""
        assert upstream_name({"a*": "b*", "b*": "c*"}, "ax") == "bx"

    def test_a_circle_ends(self) -> None:
        """Nobody can write one any more, but rows may be old."""
        assert upstream_name({"a": "b", "b": "a"}, "a") in {"a", "b"}


class TestCycle:
    def test_it_names_the_circle(self) -> None:
        """Wherever it is entered."""
        assert cycle({"x": "a", "a": "b", "b": "a"}) == ["a", "b", "a"]

    def test_what_comes_to_an_end_is_none(self) -> None:
        """Nor is a name that stands for itself."""
        assert cycle({"a": "b", "b": "c", "d": "d"}) == []
