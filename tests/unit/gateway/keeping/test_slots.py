"""When a key that was switched off is probed, and when a test is due."""

import pytest

from oblivious.gateway.keeping.slots import is_due, slot_of


class TestSlotOf:
    @pytest.mark.parametrize(
        ("age", "slot"),
        [
            (0, -1),
            (299, -1),
            (300, 0),
            (899, 0),
            (900, 1),
            (2_100, 2),
            (4_499, 2),
            (4_500, 3),
            (38_099, 5),
            (38_100, 6),
            (38_100 + 21_600, 7),
            (38_100 + 100 * 21_600, 106),
        ],
    )
    def test_each_pause_is_twice_the_one_before_up_to_the_longest(self, age: float, slot: int) -> None:
        """Five minutes first, six hours at most."""
        assert slot_of(age, 300, 21_600) == slot

    @pytest.mark.parametrize(("age", "slot"), [(9, -1), (10, 0), (19, 0), (20, 1)])
    def test_pauses_may_all_be_the_same(self, age: float, slot: int) -> None:
        """The first is the longest then."""
        assert slot_of(age, 10, 10) == slot


class TestIsDue:
    @pytest.mark.parametrize(
        ("tested", "seen_well", "due"),
        [(0, 0, True), (40, 0, True), (41, 0, False), (0, 41, False), (40, 40, True)],
        ids=["never", "long ago", "lately", "traffic has shown it", "both long ago"],
    )
    def test_after_its_time_unless_it_was_seen_to_work(
        self,
        tested: float,
        seen_well: float,
        due: bool,  # noqa: FBT001 - what is expected
    ) -> None:
        """Every sixty seconds, and now it is the hundredth."""
        assert is_due(60, tested, seen_well, 100) is due
