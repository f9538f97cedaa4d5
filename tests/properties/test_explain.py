"""What is said of a request is what would happen to it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oblivious.channels.abilities import Abilities, Wants
from oblivious.channels.candidate import Candidate
from oblivious.channels.explain import StageOrder, order_of
from oblivious.channels.left_out import Listed, Reason, Request, Why, left_out
from oblivious.channels.pick import Attempts, Stage, Standing
from oblivious.channels.strategy import Strategy, draw_of
from oblivious.channels.tiers import line_of
from tests.fakes.candidates import Standings, candidate

DRAWS = 20_000

SUBJECTS = ["c1", "c2", "c3", "k100", "k101", "k200", "k200:model", "k300", "k301:model"]

shapes = st.tuples(
    st.integers(0, 1),
    st.integers(0, 3),
    st.integers(1, 3),
    st.booleans(),
    st.sampled_from([None, True, False]),
)
standings = st.dictionaries(st.sampled_from(SUBJECTS), st.sampled_from(list(Standing)))
wishes = st.builds(Wants, tools=st.booleans())


@st.composite
def houses(draw: st.DrawFn) -> list[Stage]:
    """A model and perhaps one that stands in for it, with a few channels each."""
    stages: list[Stage] = []
    for name in ("m", "n")[: draw(st.integers(1, 2))]:
        made = [
            msgspec.structs.replace(
                candidate(place, priority=priority, weight=weight, keys=keys, polling=polling),
                abilities=Abilities(tools=tools),
            )
            for place, (priority, weight, keys, polling, tools) in enumerate(
                draw(st.lists(shapes, max_size=4)), start=1
            )
        ]
        line = line_of(sorted(made, key=lambda one: -one.priority))
        stages.append(Stage(name, line.tiers, Abilities(tools=draw(st.sampled_from([None, False])))))
    return stages


def begin(stages: Sequence[Stage], held: Mapping[str, Standing], wants: Wants, dice: Random) -> Attempts:
    """Begin a search, as the road does."""
    return Attempts(stages, None, dice, None, standings=Standings(held), wants=lambda: wants)


def explained(stages: Sequence[Stage], held: Mapping[str, Standing], wants: Wants) -> list[StageOrder]:
    """Return what is said of a search."""
    return order_of(stages, lambda some: begin(some, held, wants, Random(1)), Strategy.WEIGHTED, {})


def told(order: Sequence[StageOrder]) -> list[tuple[int, set[int]]]:
    """Return the tiers with their keys, in the order that is said."""
    return [
        (tier.priority, {key.id for way in tier.channels for key in way.keys})
        for stage in order
        for tier in stage.tiers
    ]


class TestOrder:
    @given(houses(), standings, wishes, st.randoms(use_true_random=False))
    def test_the_road_tries_what_is_said_tier_by_tier(
        self, stages: list[Stage], held: dict[str, Standing], wants: Wants, dice: Random
    ) -> None:
        """And nobody else: each key of a tier before any of the next one, the same key once a stage."""
        for stage, order in zip(stages, explained(stages, held, wants), strict=True):
            search = begin([stage], held, wants, dice)
            for priority, keys in told([order]):
                tried = set[int]()
                for _ in keys:
                    choice = search.next()
                    assert choice is not None
                    assert choice.candidate.priority == priority
                    search.exclude_key(choice.key.id)
                    tried.add(choice.key.id)
                assert tried == keys
            assert search.next() is None

    @given(houses(), standings, wishes, st.randoms(use_true_random=False))
    def test_the_last_resort_is_who_is_left_for_the_desperate(
        self, stages: list[Stage], held: dict[str, Standing], wants: Wants, dice: Random
    ) -> None:
        """Those whose breaker is open, after all others."""
        for stage, order in zip(stages, explained(stages, held, wants), strict=True):
            search = begin([stage], held, wants, dice)
            for key_id in {key for _, keys in told([order]) for key in keys}:
                search.exclude_key(key_id)
            left = set[int]()
            while (choice := search.next(desperate=True)) is not None:
                left.add(choice.key.id)
                search.exclude_key(choice.key.id)
            assert left == {key.id for way in order.last_resort for key in way.keys}

    @given(houses(), standings, wishes)
    def test_the_shares_of_a_tier_add_up(
        self, stages: list[Stage], held: dict[str, Standing], wants: Wants
    ) -> None:
        """To a hundred per cent, but for what rounding takes."""
        for tier in (tier for stage in explained(stages, held, wants) for tier in stage.tiers):
            assert sum(way.share for way in tier.channels) == pytest.approx(100, abs=0.05)

    @given(houses(), standings, wishes)
    def test_whoever_is_not_tried_has_a_reason(
        self, stages: list[Stage], held: dict[str, Standing], wants: Wants
    ) -> None:
        """A subject that is held back, or an ability that is missing."""
        order = explained(stages, held, wants)
        tried = {way.channel_id for stage in order for tier in stage.tiers for way in tier.channels}
        everybody = {one.channel_id for stage in stages for tier in stage.tiers for one in tier.candidates}
        house = [
            Listed(number, str(number), ["m", "n"], [], disabled=False, draining=False, has_key=True)
            for number in everybody
        ]
        blocks = {
            subject: Reason(Why.HELD_BACK, "rate", subject)
            for subject, standing in held.items()
            if standing >= Standing.OPEN
        }
        request = Request(["m", "n"], "default", "openai_chat", wants, narrowed=False, blocks=blocks)
        out = left_out(house, tried, stages, everybody, request)

        assert {one.channel_id for one in out} == everybody - tried
        assert all(one.reasons for one in out)


class TestShares:
    LATENCIES: ClassVar = {1: 100.0, 2: 200.0, 3: 200.0, 4: 50.0}

    @pytest.mark.parametrize("strategy", list(Strategy))
    @pytest.mark.parametrize(
        "held",
        [
            pytest.param([], id="all of them"),
            pytest.param(["c4"], id="the heaviest held back"),
            pytest.param(["c4", "c3"], id="two held back"),
            pytest.param(["c4", "c3", "c2"], id="one left"),
            pytest.param(["c1", "c2", "c3", "c4"], id="only the one without weight left"),
        ],
    )
    def test_the_first_choice_falls_as_often_as_is_said(self, strategy: Strategy, held: list[str]) -> None:
        """Within a point and a half, over many draws with a fixed seed."""
        line: list[Candidate] = [candidate(n, weight=n % 5) for n in (1, 2, 3, 4, 5)]
        stage = Stage("m", line_of(line).tiers, Abilities())
        closed = dict.fromkeys(held, Standing.COOLING)
        order = order_of(
            [stage], lambda some: begin(some, closed, Wants(), Random(1)), strategy, self.LATENCIES
        )
        said = {way.channel_id: way.share for tier in order[0].tiers for way in tier.channels}

        dice = Random(20261127)
        draw = draw_of(strategy, dice, {}, self.LATENCIES)
        search = Attempts([stage], draw, dice, {}, standings=Standings(closed), wants=Wants)
        chosen: Counter[int] = Counter()
        for _ in range(DRAWS):
            choice = search.next()
            assert choice is not None
            chosen[choice.candidate.channel_id] += 1

        assert chosen.keys() <= said.keys()
        for channel_id, share in said.items():
            assert chosen[channel_id] / DRAWS * 100 == pytest.approx(share, abs=1.5)
