import pytest

from oblivious.infra.bus.marks import Mark, covers, merge


class TestMerge:
    @pytest.mark.parametrize(
        ("mark", "numbers", "merged"),
        [
            pytest.param(Mark(), [], Mark(), id="nothing"),
            pytest.param(Mark(), [1], Mark(1), id="the first"),
            pytest.param(Mark(), [2], Mark(0, ((2, 2),)), id="a gap before it"),
            pytest.param(Mark(0, ((2, 2),)), [1], Mark(2), id="the gap is closed"),
            pytest.param(Mark(5), [3, 5], Mark(5), id="repeats"),
            pytest.param(Mark(5), [9, 7, 8, 11], Mark(5, ((7, 9), (11, 11))), id="ranges"),
            pytest.param(Mark(5, ((7, 9), (11, 12))), [6, 10], Mark(12), id="everything touches"),
            pytest.param(Mark(5, ((8, 9),)), [7, 8, 10], Mark(5, ((7, 10),)), id="a range grows both ways"),
        ],
    )
    def test_table(self, mark: Mark, numbers: list[int], merged: Mark) -> None:
        """What is contiguous moves the mark; what is not waits above it."""
        assert merge(mark, numbers) == merged


class TestCovers:
    @pytest.mark.parametrize(
        ("number", "covered"), [(1, True), (5, True), (6, False), (7, True), (9, True), (10, False)]
    )
    def test_what_is_below_or_in_a_range_is_settled(self, number: int, covered: bool) -> None:  # noqa: FBT001
        """Nothing else is."""
        assert covers(Mark(5, ((7, 9),)), number) is covered
