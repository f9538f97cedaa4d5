"""In which order a request would try its channels, and how likely each is the first of its tier. Pure.

The road's own `Attempts` are asked, one candidate at a time, so that what is said here is what happens.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

import msgspec

from oblivious.channels.candidate import Candidate
from oblivious.channels.pick import DRAWS, Attempts, Choice, Stage
from oblivious.channels.strategy import Latencies, Strategy
from oblivious.channels.tiers import Tier, tier_of

Begin = Callable[[Sequence[Stage]], Attempts]
"""Begins the request's search among some stages."""


class KeyWay(msgspec.Struct, frozen=True):
    """A key that would be presented.

    Attributes:
        upstream_model: what the model is called with it.
        trial: one request only may try it now: it, its channel or its pool comes back after a failure.
    """

    id: int
    upstream_model: str
    trial: bool


class Way(msgspec.Struct, frozen=True):
    """A channel that would be tried.

    Attributes:
        dialect: the one that it is spoken to with.
        share: how often it is the first of its tier, in per cent; in turn and by latency, in the long run.
        keys: those of equal standing by dice or in turn, and all of them before those that stand worse.
    """

    channel_id: int
    channel: str
    dialect: str
    weight: int
    share: float
    keys: tuple[KeyWay, ...]


class TierOrder(msgspec.Struct, frozen=True):
    """Channels of one priority; all of them are tried before the next tier."""

    priority: int
    channels: tuple[Way, ...]


class StageOrder(msgspec.Struct, frozen=True):
    """A model that may serve, with its tiers in their order; `last_resort` when nobody else is left."""

    model: str
    tiers: tuple[TierOrder, ...]
    last_resort: tuple[Way, ...]


def order_of(stages: Sequence[Stage], begin: Begin, strategy: str, latencies: Latencies) -> list[StageOrder]:
    """Return who would be tried, stage by stage and tier by tier; tiers without anybody are left out."""
    return [_stage(stage, begin, strategy, latencies) for stage in stages]


def shares(tier: Tier, able: Sequence[bool], strategy: str, latencies: Latencies) -> list[float]:
    """Return how often each of a tier is chosen first, from 0 to 1, where only some are able to serve.

    As `Attempts` does it: some draws from the whole tier, until one hits somebody who is able; then one from
    those who are.
    """
    left = [candidate for candidate, can in zip(tier.candidates, able, strict=True) if can]
    if not left:
        return [0.0] * len(able)
    whole = _chances(tier, strategy, latencies)
    rest = iter(_chances(tier_of(left), strategy, latencies))
    missed = sum(chance for chance, can in zip(whole, able, strict=True) if not can)
    tries = min(DRAWS, 2 * len(able))
    hit = sum(missed**one for one in range(tries))
    return [
        chance * hit + next(rest) * missed**tries if can else 0.0
        for chance, can in zip(whole, able, strict=True)
    ]


def _stage(stage: Stage, begin: Begin, strategy: str, latencies: Latencies) -> StageOrder:
    tiers: list[TierOrder] = []
    last_resort: list[Way] = []
    for tier in stage.tiers:
        asked = [_asked(stage, candidate, begin) for candidate in tier.candidates]
        chances = shares(tier, [bool(usual) for usual, _ in asked], strategy, latencies)
        ways = [
            _way(candidate, chance, usual)
            for candidate, chance, (usual, _) in zip(tier.candidates, chances, asked, strict=True)
            if usual
        ]
        if ways:
            tiers.append(TierOrder(tier.candidates[0].priority, tuple(ways)))
        last_resort += [
            _way(candidate, 0.0, last)
            for candidate, (_, last) in zip(tier.candidates, asked, strict=True)
            if last
        ]
    return StageOrder(stage.model, tuple(tiers), tuple(last_resort))


def _asked(stage: Stage, candidate: Candidate, begin: Begin) -> tuple[list[Choice], list[Choice]]:
    """Return with which keys a candidate would be tried, and with which when nobody else is left."""
    attempts = begin([stage._replace(tiers=(tier_of([candidate]),))])
    return list(_each(attempts, desperate=False)), list(_each(attempts, desperate=True))


def _each(attempts: Attempts, *, desperate: bool) -> Iterator[Choice]:
    while (choice := attempts.next(desperate=desperate)) is not None:
        attempts.exclude_key(choice.key.id)
        yield choice


def _way(candidate: Candidate, chance: float, choices: Sequence[Choice]) -> Way:
    upstream = candidate.upstream_model
    keys = [
        KeyWay(choice.key.id, choice.key.renames.get(upstream, upstream), bool(choice.claims))
        for choice in choices
    ]
    share = round(100 * chance, 2)
    return Way(candidate.channel_id, candidate.name, candidate.dialect, candidate.weight, share, tuple(keys))


def _chances(tier: Tier, strategy: str, latencies: Latencies) -> list[float]:
    """Return how often each is drawn."""
    total = tier.total
    plain = [one.weight / total if total else 1 / len(tier.candidates) for one in tier.candidates]
    return _faster_of_two(tier, plain, latencies) if strategy == Strategy.LATENCY else plain


def _faster_of_two(tier: Tier, chances: Sequence[float], latencies: Latencies) -> list[float]:
    """Return how often each is the faster of two that are drawn; of equals, the first one drawn."""
    times = [latencies.get(candidate.channel_id, 0.0) for candidate in tier.candidates]
    same: dict[float, float] = {}
    for time, chance in zip(times, chances, strict=True):
        same[time] = same.get(time, 0.0) + chance
    slower = _sums_of_slower(same)
    return [chance * (same[time] + 2 * slower[time]) for time, chance in zip(times, chances, strict=True)]


def _sums_of_slower(chances: Mapping[float, float]) -> dict[float, float]:
    """Return, for each time, how often one that takes longer is drawn."""
    slowest_first = sorted(chances, reverse=True)
    sums = accumulate((chances[time] for time in slowest_first), initial=0.0)
    return dict(zip(slowest_first, sums, strict=False))
