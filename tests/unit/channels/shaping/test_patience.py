import time

import pytest

from oblivious.channels.shaping.patience import GaveUp, Patience, pattern_of

SLOW = pattern_of("(x+x+)+y")


def test_a_search_is_given_up_when_its_time_is_over() -> None:
    since = time.perf_counter()

    with pytest.raises(GaveUp):
        Patience(0).finds(SLOW, "x" * 100_000)

    assert time.perf_counter() - since < 1


def test_all_searches_together_have_the_time() -> None:
    """What is left after a slow one is nothing: the next one does not even begin."""
    patience = Patience(0)

    with pytest.raises(GaveUp):
        patience.finds(SLOW, "x" * 100_000)
    with pytest.raises(GaveUp):
        patience.finds(pattern_of("b$"), "ab")


def test_a_large_body_has_more_of_it() -> None:
    assert Patience(1_000_000).seconds == pytest.approx(Patience(0).seconds + 0.2)


def test_matches_come_in_their_order() -> None:
    assert [match[0] for match in Patience(0).matches(pattern_of("[0-9]"), "a1b2")] == ["1", "2"]


def test_too_many_matches_are_given_up_too() -> None:
    with pytest.raises(GaveUp):
        list(Patience(0).matches(pattern_of("a"), "a" * 1_000_000))


@pytest.mark.parametrize("text", ["(", "[a", "*", r"(a)\2", "(?P<n>", r"],p\N{1s<x-1.", "x" * 501, "(" * 500])
def test_what_is_no_expression_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"no regular expression|longer than 500"):
        pattern_of(text)
