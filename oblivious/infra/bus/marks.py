"""How far a journal is settled: pure."""

from collections.abc import Iterable, Iterator

import msgspec

Range = tuple[int, int]
"""First and last number, both within."""


class Mark(msgspec.Struct, frozen=True):
    """Which outcomes of a journal are settled.

    Attributes:
        settled_to: every outcome up to this number is.
        above: rising, disjoint ranges beyond it that are, too.
    """

    settled_to: int = 0
    above: tuple[Range, ...] = ()


def merge(mark: Mark, numbers: Iterable[int]) -> Mark:
    """Return the mark with these numbers settled as well, in whatever order and however often they come."""
    ranges = sorted([(1, mark.settled_to), *mark.above, *((number, number) for number in numbers)])
    first, *above = _joined(ranges)
    return Mark(first[1], tuple(above))


def covers(mark: Mark, number: int) -> bool:
    """Say whether the outcome of this number is settled."""
    return number <= mark.settled_to or any(first <= number <= last for first, last in mark.above)


def _joined(ranges: list[Range]) -> Iterator[Range]:
    """Join sorted ranges that touch or overlap; the first may be the empty (1, 0)."""
    first, last = ranges[0]
    for begin, end in ranges[1:]:
        if begin > last + 1:
            yield first, last
            first = begin
            last = end
        else:
            last = max(last, end)
    yield first, last
