import pytest

from oblivious.adapters.dialects.waits import said_wait_ms


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("rate limit reached for m. please try again in 20s.", 20_000),
        ("please try again in 350ms. visit x", 350),
        ("please try again in 1m47.5854s. visit x", 107_585),
        ("please try again in 6m0s.", 360_000),
        ("please try again in 1h2m3s.", 3_723_000),
        ("please retry after 33 seconds. please go here", 33_000),
        ("please retry in 46.34s.", 46_340),
        ("try again in 2 hours", 7_200_000),
        ("try again in 3 days", 24 * 3_600_000),
        ("rate limit exceeded: free-models-per-day. add credits", 3_600_000),
        ("try again in 0s", None),
        ("try again later", None),
        ("retry after 5 requests", None),
        ("we try again in " + "1" * 5_000, None),
    ],
)
def test_what_a_sentence_says(sentence: str, expected: int | None) -> None:
    """As vendors write it; what says no time says nothing."""
    assert said_wait_ms(sentence) == expected
