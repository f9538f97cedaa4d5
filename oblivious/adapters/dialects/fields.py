"""Read members of a client's request, each named when it is wrong."""

from collections.abc import Callable
from typing import Any

from oblivious.adapters.lenient import Json, is_list, is_object
from oblivious.contracts.errors import InvalidRequest

Read = Callable[[Any, str], Any]
"""Takes a member's value and its name; raises InvalidRequest."""


def wrong(name: str, wanted: str) -> InvalidRequest:
    """Return the error that names a field and says what it must be."""
    return InvalidRequest(f"`{name}` must be {wanted}", param=name)


def text(value: Any, name: str) -> str:
    """Return a text; null is an empty one."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong(name, "a string")
    return value


def number(value: Any, name: str) -> float | None:
    """Return a number, None for null."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(name, "a number")
    return value


def integer(value: Any, name: str) -> int | None:
    """Return a whole number, None for null; clients also write 100.0 for 100."""
    found = number(value, name)
    if found is not None and found != int(found):
        raise wrong(name, "an integer")
    return None if found is None else int(found)


def flag(value: Any, name: str) -> bool | None:
    """Return true or false, None for null."""
    if value is not None and not isinstance(value, bool):
        raise wrong(name, "true or false")
    return value


def members(value: Any, name: str) -> Json:
    """Return an object, an empty one for null."""
    if value is None:
        return {}
    if not is_object(value):
        raise wrong(name, "an object")
    return value


def items(value: Any, name: str) -> list[Any]:
    """Return a list, an empty one for null."""
    if value is None:
        return []
    if not is_list(value):
        raise wrong(name, "a list")
    return value


def texts(value: Any, name: str) -> tuple[str, ...]:
    """Return some texts: a list of them, or one alone; none for null."""
    if isinstance(value, str):
        return (value,)
    return tuple(text(item, f"{name}[{place}]") for place, item in enumerate(items(value, name)))
