"""Places in a JSON value: names and numbers with dots between them, `*` for every item."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from oblivious.adapters.lenient import is_list, is_object

Steps = tuple[str | None, ...]
"""Names, numbers as texts, and None for every item."""

_MOST_STEPS = 32
_MOST_CHARACTERS = 500
_PIECE = r"(?:[^.\\]|\\[.*\\])+"
_PATH = re.compile(rf"{_PIECE}(?:\.{_PIECE})*", re.DOTALL)
_PIECES = re.compile(_PIECE, re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
_NUMBER = re.compile(r"-?[0-9]{1,9}")


class Spot(NamedTuple):
    """Where something stands, or could stand.

    Attributes:
        holder: an object or a list.
        key: a name in the object, or a number in the list.
        rest: names of the objects that have to be made on the way to it; only where nothing is there.
    """

    holder: Any
    key: Any
    rest: Steps = ()
    there: bool = True


@lru_cache(4096)
def steps_of(path: str) -> Steps:
    r"""Read a path; in names a dot is written `\.`, a star `\*` and a backslash `\\`.

    Raises:
        ValueError: says what is wrong with it.
    """
    if len(path) > _MOST_CHARACTERS:
        raise ValueError(f"is longer than {_MOST_CHARACTERS} characters")
    if _PATH.fullmatch(path) is None:
        raise ValueError("is made of names, numbers and * with dots between them")
    steps = tuple(None if piece == "*" else _ESCAPED.sub(r"\1", piece) for piece in _PIECES.findall(path))
    if len(steps) > _MOST_STEPS:
        raise ValueError(f"has more than {_MOST_STEPS} steps")
    return steps


def spots(item: Any, steps: Steps) -> Iterator[Spot]:
    """Yield where the steps lead, and where what they name could be added."""
    step, rest = steps[0], steps[1:]
    keys = keys_at(item, step)
    if not keys and is_object(item) and step is not None and all(map(_is_name, rest)):
        yield Spot(item, step, rest, there=False)
    for key in keys:
        if rest:
            yield from spots(item[key], rest)
        else:
            yield Spot(item, key)


def keys_at(item: Any, step: str | None) -> list[Any]:
    """Return the keys of an object, or the numbers in a list, that a step means; none if it does not fit."""
    if is_object(item):
        return list(item) if step is None else [step] if step in item else []
    if not is_list(item):
        return []
    if step is None:
        return list(range(len(item)))
    number = int(step) if _NUMBER.fullmatch(step) else len(item)
    return [number % len(item)] if -len(item) <= number < len(item) else []


def _is_name(step: str | None) -> bool:
    """Whether an object can be made for it: what else it says is about a list, which nobody made yet."""
    return step is not None and _NUMBER.fullmatch(step) is None
