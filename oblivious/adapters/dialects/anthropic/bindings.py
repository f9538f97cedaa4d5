"""What the account keeps that answered before: containers, and conversations where it was told to."""

from collections.abc import Iterator
from typing import Any

import msgspec

from oblivious.adapters.lenient import decoded, is_object, part
from oblivious.adapters.members import Members

THREAD = "thread"
_PREVIOUS = "previous_message_id"


def bindings_in(members: Members) -> tuple[str, ...]:
    """Return the binding keys of a request."""
    found = tuple(container_of(decoded(members["container"]))) if "container" in members else ()
    return (*found, *_continued(members[THREAD])) if THREAD in members else found


def is_threaded(members: Members) -> bool:
    """Whether the conversation is to be kept, or goes on with one that was."""
    return THREAD in members and decoded(members[THREAD]) is not None


def container_of(value: Any) -> Iterator[str]:
    """Yield a container's id, written plainly or as `{"id": ...}`."""
    name = value.get("id") if is_object(value) else value
    if isinstance(name, str) and name:
        yield name


def _continued(thread: msgspec.Raw) -> Iterator[str]:
    name = part(decoded(thread)).get(_PREVIOUS)
    if isinstance(name, str) and name:
        yield name
