from collections.abc import Sequence
from random import Random

from oblivious.channels.candidate import Candidate
from oblivious.channels.pick import Attempts
from tests.fakes.candidates import candidate


def beginning(candidates: Sequence[Candidate], resting: frozenset[int] = frozenset()) -> Attempts:
    return Attempts(candidates, Random(1), {}, resting=resting)


def channels_in_order(attempts: Attempts) -> list[int]:
    """Exclude every channel that is chosen, until nobody is left."""
    order: list[int] = []
    while (choice := attempts.next()) is not None:
        order.append(choice[0].channel_id)
        attempts.exclude_channel(choice[0].channel_id)
    return order


def keys_in_order(attempts: Attempts) -> list[int]:
    """Exclude every key that is chosen, until nobody is left."""
    order: list[int] = []
    while (choice := attempts.next()) is not None:
        order.append(choice[1].id)
        attempts.exclude_key(choice[1].id)
    return order


class TestNext:
    def test_nobody_is_nobody(self) -> None:
        """Without candidates there is no attempt."""
        assert beginning([]).next() is None

    def test_a_lower_tier_waits_until_every_sibling_was_tried(self) -> None:
        """Priority beats weight: all of tier 10 comes before the heaviest channel of tier 5."""
        order = channels_in_order(
            beginning(
                [candidate(1, priority=10), candidate(2, priority=10), candidate(3, priority=5, weight=99)]
            )
        )

        assert order[-1] == 3
        assert sorted(order) == [1, 2, 3]

    def test_who_weighs_nothing_comes_last_of_its_tier_only(self) -> None:
        """It still comes before the next tier."""
        order = channels_in_order(
            beginning([candidate(1, priority=1, weight=0), candidate(2, priority=1), candidate(3)])
        )

        assert order == [2, 1, 3]

    def test_a_tier_in_which_nobody_weighs_anything_shares_evenly(self) -> None:
        """Nobody is left out."""
        dice, chosen = Random(1), set[int]()
        for _ in range(50):
            choice = Attempts([candidate(1, weight=0), candidate(2, weight=0)], dice, {}).next()
            assert choice is not None
            chosen.add(choice[0].channel_id)

        assert chosen == {1, 2}

    def test_other_keys_of_a_channel_are_tried_before_a_lower_tier(self) -> None:
        """One bad key does not cost the channel its place."""
        order = keys_in_order(beginning([candidate(1, priority=1, keys=3), candidate(2)]))

        assert set(order[:3]) == {100, 101, 102}
        assert order[3:] == [200]

    def test_an_excluded_channel_takes_all_its_keys_along(self) -> None:
        """An upstream out of reach is out of reach for every key."""
        attempts = beginning([candidate(1, keys=3)])
        attempts.exclude_channel(1)

        assert attempts.next() is None

    def test_nothing_excluded_may_come_again(self) -> None:
        """Whoever asks decides what failed."""
        attempts = beginning([candidate(1)])

        assert attempts.next() == attempts.next() is not None


class TestResting:
    def test_a_key_that_rests_comes_after_everything_else(self) -> None:
        """Even after a lower tier, but before giving up."""
        order = keys_in_order(
            beginning([candidate(1, priority=1, keys=2), candidate(2)], resting=frozenset({100}))
        )

        assert order == [101, 200, 100]


class TestPolling:
    def test_keys_take_turns_over_exchanges(self) -> None:
        """The cursors outlive the exchange."""
        cursors: dict[int, int] = {}
        polled = candidate(1, keys=3, polling=True)
        order: list[int] = []
        for _ in range(6):
            choice = Attempts([polled], Random(1), cursors).next()
            assert choice is not None
            order.append(choice[1].id)

        assert order == [100, 101, 102, 100, 101, 102]
