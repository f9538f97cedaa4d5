"""Where requests for a model go: all that a snapshot of channels can say of it. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from oblivious.channels.candidate import Candidate
from oblivious.channels.models import NO_RULE, ModelRule
from oblivious.channels.pick import Stage


class Route(NamedTuple):
    """What is known of a model for one group, in one dialect, before a request is looked at.

    Attributes:
        model: its own name.
        rule: what operators say of it.
        strategy: how channels of equal priority are chosen among; empty: by weight.
        served: by falling priority, everybody who serves it, also those that are draining.
        stages: the model and those that stand in for it, without those that are draining.
        candidates: of all stages, in order.
    """

    model: str
    rule: ModelRule
    strategy: str
    served: tuple[Candidate, ...]
    stages: tuple[Stage, ...]
    candidates: tuple[Candidate, ...]


NOWHERE = Route("", NO_RULE, "", (), (), ())


def candidates_of(stages: Iterable[Stage]) -> tuple[Candidate, ...]:
    """Return everybody in some stages, in order."""
    return tuple(one for stage in stages for tier in stage.tiers for one in tier.candidates)
