"""Candidates of equal priority, laid out so that one is drawn without looking at the others. Pure."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from oblivious.channels.candidate import Candidate


class Tier(NamedTuple):
    """Those of one priority.

    Attributes:
        sums: the weights, added up from the first candidate to each.
        total: of all weights.
    """

    candidates: tuple[Candidate, ...]
    sums: tuple[int, ...]
    total: int

    def at(self, share: float) -> Candidate:
        """Return the candidate whose part of the whole a share, from 0 up to 1, falls into."""
        if not self.total:
            return self.candidates[int(share * len(self.candidates))]
        return self.candidates[bisect(self.sums, int(share * self.total))]


class Line(NamedTuple):
    """Everybody who can serve one model.

    Attributes:
        candidates: by falling priority, also those that are draining.
        tiers: by falling priority, without those.
    """

    candidates: tuple[Candidate, ...]
    tiers: tuple[Tier, ...]


NOBODY = Line((), ())


def tier_of(candidates: Sequence[Candidate]) -> Tier:
    """Lay out candidates of one priority."""
    sums = tuple(accumulate(candidate.weight for candidate in candidates))
    return Tier(tuple(candidates), sums, sums[-1])


def line_of(candidates: Sequence[Candidate]) -> Line:
    """Lay out candidates that come by falling priority."""
    return Line(tuple(candidates), tuple(_tiers(candidates)))


def _tiers(candidates: Sequence[Candidate]) -> Iterator[Tier]:
    taking = (candidate for candidate in candidates if not candidate.draining)
    for _, same in groupby(taking, key=lambda candidate: candidate.priority):
        yield tier_of(list(same))
