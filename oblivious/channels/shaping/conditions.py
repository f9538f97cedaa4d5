"""Whether an operation is to be done."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import UNSET

from oblivious.channels.shaping.document import Document
from oblivious.channels.shaping.facts import FACTS, HEADER, Facts
from oblivious.channels.shaping.paths import steps_of
from oblivious.channels.shaping.patience import Patience, pattern_of
from oblivious.channels.shaping.shaping import Condition


def holds(condition: Condition, facts: Facts, document: Document) -> bool:
    """Say whether all tests of a condition hold.

    Raises:
        GaveUp: a regular expression took too long.
    """
    values = document.values(steps_of(condition.path)) if condition.path else _fact(condition.fact, facts)
    return all(
        test(given, values, document.patience)
        for name, test in TESTS.items()
        if (given := getattr(condition, name)) is not UNSET
    )


def _fact(name: str, facts: Facts) -> list[Any]:
    if name.startswith(HEADER):
        value = facts.header(name.removeprefix(HEADER))
        return [] if value is None else [value]
    return [FACTS[name](facts)]


def _alike(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, where true is no number."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def _number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def _is(given: Any, values: Sequence[Any], _patience: Patience) -> bool:
    return any(_alike(value, given) for value in values)


def _is_not(given: Any, values: Sequence[Any], _patience: Patience) -> bool:
    return not any(_alike(value, given) for value in values)


def _in(given: Sequence[Any], values: Sequence[Any], _patience: Patience) -> bool:
    return any(_alike(value, one) for value in values for one in given)


def _matches(given: str, values: Sequence[Any], patience: Patience) -> bool:
    pattern = pattern_of(given)
    return any(patience.finds(pattern, value) for value in values if type(value) is str)


def _exists(given: bool, values: Sequence[Any], _patience: Patience) -> bool:  # noqa: FBT001 - a test's
    return bool(values) is given


def _greater(given: float, values: Sequence[Any], _patience: Patience) -> bool:
    return any(value > given for value in values if _number(value))


def _less(given: float, values: Sequence[Any], _patience: Patience) -> bool:
    return any(value < given for value in values if _number(value))


TESTS: Mapping[str, Callable[[Any, Sequence[Any], Patience], bool]] = {
    "is_": _is,
    "is_not": _is_not,
    "in_": _in,
    "matches": _matches,
    "exists": _exists,
    "greater": _greater,
    "less": _less,
}
"""By the attribute of a condition: whether what was found passes."""
