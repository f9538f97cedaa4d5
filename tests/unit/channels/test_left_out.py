"""Why channels would not be tried, one reason at a time."""

from typing import Any

import msgspec
import pytest

from oblivious.channels.abilities import Abilities, Wants
from oblivious.channels.left_out import Listed, Reason, Request, Why, left_out
from oblivious.channels.pick import Stage
from oblivious.channels.tiers import line_of
from tests.fakes.candidates import candidate

FINE = Listed(1, "one", ["gpt*"], [], disabled=False, draining=False, has_key=True)
HELD = Reason(Why.HELD_BACK, "rate", "k100:model", 500)


def request(**changes: Any) -> Request:
    """Return a request for one model, with nothing special about it."""
    asked = Request(["gpt-4"], "default", "openai_chat", Wants(), narrowed=False, blocks={})
    return asked._replace(**changes)


def stage(*, model: Abilities | None = None, channel: Abilities | None = None) -> Stage:
    """Return a model that channel 1 serves."""
    able = msgspec.structs.replace(candidate(1), abilities=channel or Abilities())
    return Stage("gpt-4", line_of([able]).tiers, model or Abilities())


def whys(channel: Listed, *stages: Stage, spoken: tuple[int, ...] = (1,), **changes: Any) -> list[Why]:
    """Return the reasons of one channel that would not be tried."""
    (out,) = left_out([channel], [], stages, spoken, request(**changes))
    return [reason.why for reason in out.reasons]


class TestNoCandidate:
    @pytest.mark.parametrize(
        ("changes", "reasons"),
        [
            ({"disabled": True}, [Why.OFF]),
            ({"draining": True}, [Why.DRAINING]),
            ({"has_key": False}, [Why.NO_KEY]),
            ({"groups": ["gold"]}, [Why.GROUP]),
            ({"models": ["claude"]}, [Why.MODEL]),
            ({"groups": ["gold", "default"]}, [Why.DIALECT]),
            ({}, [Why.DIALECT]),
            ({"disabled": True, "has_key": False, "groups": ["gold"]}, [Why.OFF, Why.NO_KEY, Why.GROUP]),
        ],
        ids=str,
    )
    def test_what_the_operator_has_said_comes_first(
        self, changes: dict[str, Any], reasons: list[Why]
    ) -> None:
        """All of it; what is left is that it cannot say what is asked."""
        assert whys(FINE._replace(**changes)) == reasons

    def test_a_model_that_stands_in_is_as_good(self) -> None:
        """Nobody says that a channel serves other models if it serves one of them."""
        assert whys(FINE, models=["claude", "gpt-4"]) == [Why.DIALECT]

    def test_who_serves_nothing_at_all_cannot_be_read(self) -> None:
        """Though it is on and has a key."""
        assert whys(FINE, spoken=()) == [Why.UNREADABLE]

    def test_a_request_may_be_for_one_channel_only(self) -> None:
        """All others are not named."""
        assert whys(FINE, narrowed=True) == [Why.NOT_NAMED]


class TestCandidate:
    @pytest.mark.parametrize(
        ("abilities", "wants", "reason"),
        [
            (Abilities(tools=False), Wants(tools=True), Why.TOOLS),
            (Abilities(vision=False), Wants(vision=True), Why.VISION),
            (Abilities(context_tokens=10), Wants(input_tokens=11), Why.CONTEXT),
        ],
        ids=["tools", "vision", "context"],
    )
    def test_an_ability_is_missing(self, abilities: Abilities, wants: Wants, reason: Why) -> None:
        """To the model or to the channel."""
        assert whys(FINE, stage(model=abilities), wants=wants) == [reason]
        assert whys(FINE, stage(channel=abilities), wants=wants) == [reason]

    def test_somebody_is_held_back(self) -> None:
        """Told once, however many models the channel serves."""
        asked = request(blocks={"k100:model": HELD, "c9": HELD})
        (out,) = left_out([FINE], [], [stage(), stage()], [1], asked)

        assert out.reasons == (HELD,)

    def test_whoever_is_tried_is_not_out(self) -> None:
        """Whatever could be said of it."""
        assert left_out([FINE], [1], [stage()], [1], request()) == []
