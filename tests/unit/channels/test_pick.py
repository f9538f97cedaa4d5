from collections import Counter
from random import Random

import pytest

from oblivious.channels.abilities import Abilities, Wants
from oblivious.channels.pick import Attempts, Standing
from tests.fakes.candidates import attempts, candidate

TOOLS = Wants(tools=True)


def channels_in_order(beginning: Attempts) -> list[int]:
    """Exclude every channel that is chosen, until nobody is left."""
    order: list[int] = []
    while (choice := beginning.next()) is not None:
        order.append(choice.candidate.channel_id)
        beginning.exclude_channel(choice.candidate.channel_id)
    return order


def keys_in_order(beginning: Attempts) -> list[int]:
    """Exclude every key that is chosen, until nobody is left."""
    order: list[int] = []
    while (choice := beginning.next()) is not None:
        order.append(choice.key.id)
        beginning.exclude_key(choice.key.id)
    return order


class TestNext:
    def test_nobody_is_nobody(self) -> None:
        """Without candidates there is no attempt."""
        assert attempts([]).next() is None

    def test_a_lower_tier_waits_until_every_sibling_was_tried(self) -> None:
        """Priority beats weight: all of tier 10 comes before the heaviest channel of tier 5."""
        line = [candidate(1, priority=10), candidate(2, priority=10), candidate(3, priority=5, weight=99)]

        order = channels_in_order(attempts(line))

        assert order[-1] == 3
        assert sorted(order) == [1, 2, 3]

    def test_who_weighs_nothing_comes_last_of_its_tier_only(self) -> None:
        """It still comes before the next tier."""
        line = [candidate(1, priority=1, weight=0), candidate(2, priority=1), candidate(3)]

        assert channels_in_order(attempts(line)) == [2, 1, 3]

    def test_a_tier_in_which_nobody_weighs_anything_shares_evenly(self) -> None:
        """Nobody is left out."""
        dice, chosen = Random(1), Counter[int]()
        for _ in range(200):
            choice = attempts([candidate(1, weight=0), candidate(2, weight=0)], dice=dice).next()
            assert choice is not None
            chosen[choice.candidate.channel_id] += 1

        assert min(chosen[1], chosen[2]) > 70

    def test_other_keys_of_a_channel_are_tried_before_a_lower_tier(self) -> None:
        """One bad key does not cost the channel its place."""
        order = keys_in_order(attempts([candidate(1, priority=1, keys=3), candidate(2)]))

        assert set(order[:3]) == {100, 101, 102}
        assert order[3:] == [200]

    def test_an_excluded_channel_takes_all_its_keys_along(self) -> None:
        """An upstream out of reach is out of reach for every key."""
        beginning = attempts([candidate(1, keys=3)])
        beginning.exclude_channel(1)

        assert beginning.next() is None

    def test_a_postponed_channel_comes_again_when_it_is_let_in(self) -> None:
        """Its other keys, at least."""
        beginning = attempts([candidate(1, keys=2)])
        beginning.exclude_key(100)
        beginning.postpone(candidate(1))
        assert beginning.next() is None

        beginning.readmit_postponed()

        assert keys_in_order(beginning) == [101]

    def test_nothing_excluded_may_come_again(self) -> None:
        """Whoever asks decides what failed."""
        beginning = attempts([candidate(1)])

        assert beginning.next() == beginning.next() is not None

    def test_a_model_is_used_up_before_those_that_stand_in_for_it(self) -> None:
        """Whatever their priorities are."""
        assert channels_in_order(attempts([candidate(1)], [candidate(2, priority=9)])) == [1, 2]

    def test_most_of_a_large_tier_may_be_closed(self) -> None:
        """The one that is open is found although the dice miss it."""
        line = [candidate(number) for number in range(1, 200)]
        closed = {f"c{number}": Standing.COOLING for number in range(1, 199)}

        choice = attempts(line, standings=closed).next()

        assert choice is not None
        assert choice.candidate.channel_id == 199


class TestStandings:
    @pytest.mark.parametrize(
        "subject", ["c1", "k100", "k100:model"], ids=["the channel", "its key", "its key for this model"]
    )
    @pytest.mark.parametrize(
        ("standing", "calm", "desperate"),
        [
            (Standing.WELL, True, True),
            (Standing.HALF_OPEN, True, True),
            (Standing.OPEN, False, True),
            (Standing.COOLING, False, False),
        ],
    )
    def test_how_one_stands_says_when_it_is_asked(
        self, *, subject: str, standing: Standing, calm: bool, desperate: bool
    ) -> None:
        """An open breaker is tried when nobody else is left; who asked for rest has it."""
        beginning = attempts([candidate(1)], standings={subject: standing})

        assert (beginning.next() is not None) is calm
        assert (beginning.next(desperate=True) is not None) is desperate

    def test_what_is_half_open_has_to_be_claimed(self) -> None:
        """All of it."""
        half = dict.fromkeys(["c1", "k100:model"], Standing.HALF_OPEN)

        choice = attempts([candidate(1)], standings=half).next()

        assert choice is not None
        assert choice.claims == ("c1", "k100:model")

    def test_a_key_that_stands_better_is_preferred(self) -> None:
        """A half-open one is tried when the others are not there."""
        standings = {"k100": Standing.HALF_OPEN}

        assert {
            choice.key.id
            for _ in range(20)
            if (choice := attempts([candidate(1, keys=2)], dice=Random(_), standings=standings).next())
        } == {101}

    def test_a_key_cools_for_one_model_only(self) -> None:
        """Another model's candidate has other subjects."""
        line = [candidate(1).to("other")]

        assert attempts(line, standings={"k100:model": Standing.COOLING}).next() is not None

    def test_a_subject_that_was_excluded_comes_again_when_it_is_let_in(self) -> None:
        """Somebody else had it, or it was full."""
        beginning = attempts([candidate(1)])
        beginning.exclude_subject("c1")
        assert beginning.next() is None

        beginning.readmit()

        assert beginning.next() is not None


class TestAbilities:
    def test_a_model_that_cannot_do_it_is_passed_over(self) -> None:
        """For one that stands in for it."""
        beginning = attempts(
            [candidate(1)], [candidate(2)], wants=TOOLS, abilities=[Abilities(tools=False), Abilities()]
        )

        assert channels_in_order(beginning) == [2]

    def test_what_is_not_wanted_need_not_be_there(self) -> None:
        """And what nobody has said is tried."""
        assert attempts([candidate(1)], abilities=[Abilities(tools=False)]).next() is not None
        assert attempts([candidate(1)], wants=TOOLS).next() is not None


class TestPolling:
    def test_keys_take_turns_over_exchanges(self) -> None:
        """The turns outlive the exchange."""
        turns: dict[int, int] = {}
        polled = candidate(1, keys=3, polling=True)
        order: list[int] = []
        for _ in range(6):
            choice = attempts([polled], turns=turns).next()
            assert choice is not None
            order.append(choice.key.id)

        assert order == [100, 101, 102, 100, 101, 102]
