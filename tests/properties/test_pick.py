from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from oblivious.channels.candidate import Candidate
from oblivious.channels.pick import Attempts
from tests.fakes.candidates import candidate

DRAWS = 100_000

shapes = st.lists(
    st.tuples(st.integers(-2, 2), st.integers(0, 9), st.integers(1, 3), st.booleans()), max_size=6
)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    """A few channels, by falling priority."""
    made = [
        candidate(place, priority=priority, weight=weight, keys=keys, polling=polling)
        for place, (priority, weight, keys, polling) in enumerate(draw(shapes), start=1)
    ]
    return sorted(made, key=lambda one: -one.priority)


class TestShares:
    def test_shares_follow_weights_within_a_point(self) -> None:
        """100,000 first choices of a tier that weighs 1, 2, 3 and 4, with a lower tier that gets nothing."""
        tier = [candidate(n, priority=1, weight=n) for n in (1, 2, 3, 4)]
        dice, cursors = Random(20261121), dict[int, int]()
        chosen: Counter[int] = Counter()
        for _ in range(DRAWS):
            choice = Attempts([*tier, candidate(5, weight=99)], dice, cursors).next()
            assert choice is not None
            chosen[choice[0].channel_id] += 1

        for n in (1, 2, 3, 4):
            assert abs(chosen[n] / DRAWS - n / 10) < 0.01
        assert chosen[5] == 0


class TestOrder:
    @given(candidates(), st.randoms(use_true_random=False), st.data())
    def test_nothing_repeats_and_tiers_keep_their_order(
        self, offered: list[Candidate], dice: Random, data: st.DataObject
    ) -> None:
        """Whatever fails, and however: every key at most once, and never a lower tier before a higher one."""
        attempts = Attempts(offered, dice, {})
        tried: list[tuple[int, int]] = []
        gone: set[int] = set()
        while (choice := attempts.next()) is not None:
            chosen, key = choice
            tried.append((chosen.priority, key.id))
            assert chosen.channel_id not in gone
            if data.draw(st.booleans(), label="the whole channel failed"):
                gone.add(chosen.channel_id)
                attempts.exclude_channel(chosen.channel_id)
            else:
                attempts.exclude_key(key.id)

        assert len({key_id for _, key_id in tried}) == len(tried)
        priorities = [priority for priority, _ in tried]
        assert priorities == sorted(priorities, reverse=True)
        left = {key.id for one in offered if one.channel_id not in gone for key in one.keys}
        assert left <= {key_id for _, key_id in tried}
