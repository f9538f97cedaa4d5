"""Model names with a `*` in them, and the way from a public name to a provider's. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

ANY = "*"


def is_pattern(name: str) -> bool:
    """Whether a name stands for many."""
    return ANY in name


def matches(pattern: str, model: str) -> bool:
    """Say whether a model is one of those that a pattern stands for."""
    return _compiled(pattern).fullmatch(model) is not None


def upstream_name(mapping: Mapping[str, str], model: str) -> str:
    """Return the provider's name of a model: the mapping is followed from name to name until it ends.

    A pattern holds for the model that was asked for, where it has no name of its own; of several that fit the
    longest does. What the `*` stood for takes the place of the `*` in the new name.
    """
    name = mapping.get(model) or _by_pattern(mapping, model)
    seen = {model}
    while name not in seen:
        seen.add(name)
        name = mapping.get(name, name)
    return name


def cycle(mapping: Mapping[str, str]) -> list[str]:
    """Return names that lead in a circle, the first one again at the end; empty where all come to an end.

    A name that stands for itself is no circle: it says that nothing changes.
    """
    for first in mapping:
        way, name = [first], first
        while (following := mapping.get(name)) is not None and following != name:
            if following in way:
                return [*way[way.index(following) :], following]
            way.append(following)
            name = following
    return []


def _by_pattern(mapping: Mapping[str, str], model: str) -> str:
    # Not the first: a database need not keep the order of members.
    fitting = [pattern for pattern in mapping if ANY in pattern and matches(pattern, model)]
    if not fitting:
        return model
    pattern = max(fitting, key=lambda each: (len(each), each))
    found = _compiled(pattern).fullmatch(model)
    return mapping[pattern].replace(ANY, found.group(1), 1) if found else model


@lru_cache(4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("(.*)".join(re.escape(piece) for piece in pattern.split(ANY)), re.DOTALL)
