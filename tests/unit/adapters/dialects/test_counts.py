"""Numbers as providers write them."""

import pytest

from oblivious.adapters.dialects.counts import count, uncounted


class TestCount:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            pytest.param(7, 7, id="a number"),
            pytest.param(7.0, 7, id="a number with a point"),
            pytest.param(7.5, 0, id="half a token"),
            pytest.param(-1, 0, id="below zero"),
            pytest.param(None, 0, id="null"),
            pytest.param(True, 0, id="a truth"),
            pytest.param("7", 0, id="a text"),
            pytest.param(1_000_000_000, 1_000_000_000, id="more than any model takes"),
            pytest.param(10**30, 0, id="more than a column takes"),
            pytest.param(1e300, 0, id="the same with a point"),
        ],
    )
    def test_what_cannot_be_meant_is_none(self, written: object, read: int) -> None:
        """A mistake of a provider is nobody's bill."""
        assert count(written) == read


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((5, -1), True), ((-1.0, 5), True), ((5, 0), False), ((None, "-1"), False)],
)
def test_a_count_below_zero_is_none_at_all(counts: tuple[object, object], *, expected: bool) -> None:
    """Then everything is counted here."""
    assert uncounted(*counts) is expected
