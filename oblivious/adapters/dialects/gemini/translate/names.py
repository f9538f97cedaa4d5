"""Members by their names in camel case; clients may write them in snake case as well."""

import re
from functools import lru_cache
from typing import Any

from oblivious.adapters.dialects.fields import items
from oblivious.adapters.lenient import Json, is_object

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
_BAR = re.compile(r"_([a-z])")


@lru_cache(512)
def snake(name: str) -> str:
    """Return a name in snake case."""
    return _HUMP.sub(lambda found: f"_{found[1].lower()}", name)


@lru_cache(512)
def camel(name: str) -> str:
    """Return a name in camel case."""
    return _BAR.sub(lambda found: found[1].upper(), name)


def get(value: Json, name: str) -> Any:
    """Return a member, by either of its names; None where there is none."""
    found = value.get(name)
    return value.get(snake(name)) if found is None else found


def listed(value: Any, name: str) -> list[Any]:
    """Return a list; an object alone is one, as Google takes it.

    Raises:
        InvalidRequest: it is neither.
    """
    return [value] if is_object(value) else items(value, name)
