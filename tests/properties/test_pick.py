from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oblivious.channels.candidate import Candidate
from oblivious.channels.pick import Standing
from oblivious.channels.strategy import Dice, Draw, Steady, by_latency, in_turn
from tests.fakes.candidates import attempts, candidate

DRAWS = 100_000

shapes = st.lists(
    st.tuples(st.integers(-2, 2), st.integers(0, 9), st.integers(1, 3), st.booleans()), max_size=6
)
standings = st.dictionaries(
    st.sampled_from(["c1", "c2", "c3", "k100", "k101", "k200:model", "k300"]), st.sampled_from(list(Standing))
)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    """A few channels, by falling priority."""
    made = [
        candidate(place, priority=priority, weight=weight, keys=keys, polling=polling)
        for place, (priority, weight, keys, polling) in enumerate(draw(shapes), start=1)
    ]
    return sorted(made, key=lambda one: -one.priority)


def shares(
    dice: Dice,
    draw: Draw | None = None,
    *,
    closed: dict[str, Standing] | None = None,
    heaviest: int = 4,
) -> Counter[int]:
    """Return how often each of a tier that weighs 1, 2, 3 and 4 is chosen first; a lower one gets nothing."""
    tier = [candidate(n, priority=1, weight=n) for n in range(1, heaviest + 1)]
    chosen: Counter[int] = Counter()
    beginning = attempts([*tier, candidate(99, weight=99)], dice=dice, draw=draw, standings=closed)
    for _ in range(DRAWS):
        choice = beginning.next()
        assert choice is not None
        chosen[choice.candidate.channel_id] += 1
    assert chosen[99] == 0
    return chosen


class TestShares:
    @pytest.mark.parametrize(
        ("dice", "draw"),
        [
            pytest.param(Random, lambda: None, id="by dice"),
            pytest.param(Steady, lambda: None, id="by conversation"),
            pytest.param(Random, lambda: in_turn({}), id="in turn"),
        ],
    )
    def test_shares_follow_weights_within_a_point(
        self, dice: Callable[[int], Dice], draw: Callable[[], Draw | None]
    ) -> None:
        """100,000 first choices with a fixed seed."""
        chosen = shares(dice(20261121), draw())

        for n in (1, 2, 3, 4):
            assert abs(chosen[n] / DRAWS - n / 10) < 0.01

    def test_the_share_of_one_that_is_held_back_goes_to_the_others_by_their_weights(self) -> None:
        """Two of the four are closed: 1 and 4 share alone."""
        chosen = shares(Random(20261121), closed=dict.fromkeys(["c2", "k300"], Standing.COOLING))

        assert (chosen[2], chosen[3]) == (0, 0)
        assert abs(chosen[4] / DRAWS - 0.8) < 0.01

    def test_every_conversation_weighs_the_same(self) -> None:
        """The first draws of many seeds share as one seed's many draws do."""
        line = [candidate(n, weight=n) for n in (1, 2, 3, 4)]
        chosen: Counter[int] = Counter()
        for seed in range(DRAWS // 10):
            choice = attempts(line, dice=Steady(seed)).next()
            assert choice is not None
            chosen[choice.candidate.channel_id] += 1

        for n in (1, 2, 3, 4):
            assert abs(chosen[n] / (DRAWS // 10) - n / 10) < 0.02

    def test_the_faster_of_two_is_taken(self) -> None:
        """Of four of equal weight the fastest gets 7 of 16, the slowest only when it is drawn twice."""
        dice = Random(20261121)
        line = [candidate(n) for n in (1, 2, 3, 4)]
        latencies = {1: 100.0, 2: 200.0, 3: 300.0, 4: 400.0}
        chosen: Counter[int] = Counter()
        beginning = attempts(line, draw=by_latency(dice, latencies))
        for _ in range(DRAWS):
            choice = beginning.next()
            assert choice is not None
            chosen[choice.candidate.channel_id] += 1

        for n, share in zip((1, 2, 3, 4), (7 / 16, 5 / 16, 3 / 16, 1 / 16), strict=True):
            assert abs(chosen[n] / DRAWS - share) < 0.01


class TestOrder:
    @given(candidates(), st.randoms(use_true_random=False), st.data())
    def test_nothing_repeats_and_tiers_keep_their_order(
        self, offered: list[Candidate], dice: Random, data: st.DataObject
    ) -> None:
        """Whatever fails, and however: every key at most once, and never a lower tier before a higher one."""
        beginning = attempts(offered, dice=dice)
        tried: list[tuple[int, int]] = []
        gone: set[int] = set()
        while (choice := beginning.next()) is not None:
            chosen, key = choice.candidate, choice.key
            tried.append((chosen.priority, key.id))
            assert chosen.channel_id not in gone
            if data.draw(st.booleans(), label="the whole channel failed"):
                gone.add(chosen.channel_id)
                beginning.exclude_channel(chosen.channel_id)
            else:
                beginning.exclude_key(key.id)

        assert len({key_id for _, key_id in tried}) == len(tried)
        priorities = [priority for priority, _ in tried]
        assert priorities == sorted(priorities, reverse=True)
        left = {key.id for one in offered if one.channel_id not in gone for key in one.keys}
        assert left <= {key_id for _, key_id in tried}

    @given(candidates(), st.randoms(use_true_random=False), standings)
    def test_nobody_is_chosen_who_is_held_back_and_nobody_well_is_left_out(
        self, offered: list[Candidate], dice: Random, held: dict[str, Standing]
    ) -> None:
        """Whoever is closed is never drawn, and whoever is open is found in the end."""
        beginning = attempts(offered, dice=dice, standings=held)
        tried: set[int] = set()
        while (choice := beginning.next()) is not None:
            tried.add(choice.key.id)
            beginning.exclude_key(choice.key.id)

        open_ = {
            key.id
            for one in offered
            for key in one.keys
            if max(
                held.get(subject, Standing.WELL)
                for subject in (one.subject, key.subject, key.with_model("model"))
            )
            <= Standing.HALF_OPEN
        }
        assert tried == open_
