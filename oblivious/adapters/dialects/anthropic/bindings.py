"""A container lives in the account that made it, and a later turn may name it."""

from collections.abc import Iterator
from typing import Any

from oblivious.adapters.lenient import decoded, is_object
from oblivious.adapters.members import Members


def bindings_in(members: Members) -> tuple[str, ...]:
    """Return the binding keys of a request."""
    return tuple(container_of(decoded(members["container"]))) if "container" in members else ()


def container_of(value: Any) -> Iterator[str]:
    """Yield a container's id, written plainly or as `{"id": ...}`."""
    name = value.get("id") if is_object(value) else value
    if isinstance(name, str) and name:
        yield name
