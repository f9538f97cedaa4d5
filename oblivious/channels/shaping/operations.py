"""What can be done to a body."""

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import msgspec
from msgspec import UNSET

from oblivious.adapters.lenient import is_list, is_object
from oblivious.channels.shaping.document import Document
from oblivious.channels.shaping.paths import Spot, Steps, steps_of
from oblivious.channels.shaping.shaping import Operation
from oblivious.channels.shaping.texts import replaced

_TEXT = "text"
"""The member of a part of a message that holds its words, in every dialect."""


def done(document: Document, operation: Operation) -> int:
    """Do an operation; return at how many places.

    Raises:
        GaveUp: it would take too long, or make the body too large.
    """
    steps = steps_of(operation.path)
    places = OPERATIONS[operation.op](document, operation, steps)
    if places:
        document.changed(steps)
    return places


def set_at(document: Document, steps: Steps, value: Any, *, keep: bool) -> int:
    """Put a value wherever the steps lead; with `keep` only where nothing stands yet."""
    spots = [spot for spot in document.spots(steps) if not (keep and spot.there)]
    document.grow(len(spots) * (len(msgspec.json.encode(value)) + sum(len(step or "") for step in steps)))
    for spot in spots:
        spot.holder[spot.key] = _within(spot.rest, copy.deepcopy(value))
    return len(spots)


def delete_at(document: Document, steps: Steps) -> int:
    """Take away whatever the steps lead to."""
    spots = [spot for spot in document.spots(steps) if spot.there]
    for spot in reversed(spots):  # so that the numbers of those before it in a list stay what they are
        del spot.holder[spot.key]
    return len(spots)


def _within(rest: Steps, value: Any) -> Any:
    for name in reversed(rest):
        value = {name: value}
    return value


def _set(document: Document, operation: Operation, steps: Steps) -> int:
    return set_at(document, steps, operation.value, keep=operation.keep)


def _delete(document: Document, _operation: Operation, steps: Steps) -> int:
    return delete_at(document, steps)


def _move(document: Document, operation: Operation, steps: Steps) -> int:
    to = steps_of(cast("str", operation.to))
    source = _first(spot for spot in document.spots(steps) if spot.there)
    if source is None:
        return 0
    value = source.holder.pop(source.key)
    target = _first(document.spots(to))
    if target is None or (operation.keep and target.there):
        _put_back(source, value)
        return 0
    target.holder[target.key] = _within(target.rest, value)
    document.changed(to)
    return 1


def _first(found: Iterable[Spot]) -> Spot | None:
    """Return the only one there can be: nothing is moved along `*`."""
    return next(iter(found), None)


def _put_back(source: Spot, value: Any) -> None:
    if is_list(source.holder):
        source.holder.insert(source.key, value)
    else:
        source.holder[source.key] = value


def _append(document: Document, operation: Operation, steps: Steps) -> int:
    return _joined(document, steps, operation.value, lambda there, new: there + new)


def _prepend(document: Document, operation: Operation, steps: Steps) -> int:
    return _joined(document, steps, operation.value, lambda there, new: new + there)


def _joined(document: Document, steps: Steps, value: Any, join: Callable[[Any, Any], Any]) -> int:
    """Join a text to texts, and any value as one more item to lists."""
    size = len(msgspec.json.encode(value))

    def change(there: Any) -> Any:
        if type(there) is str and type(value) is str:
            new: Any = value
        elif is_list(there):
            new = [copy.deepcopy(value)]
        else:
            return UNSET
        document.grow(size)
        return join(there, new)

    return _changed(document, steps, change)


def _replace(document: Document, operation: Operation, steps: Steps) -> int:
    find, put = cast("str", operation.find), cast("str", operation.with_)

    def change(there: Any) -> Any:
        new = _in_texts(there, lambda text: replaced(document, text, find, put))
        return UNSET if new == there else new

    return _changed(document, steps, change)


def _in_texts(there: Any, change: Callable[[str], str]) -> Any:
    """Return a text changed, or a list with the texts in it and in its parts changed."""
    if type(there) is str:
        return change(there)
    if not is_list(there):
        return there
    return [_part(item, change) for item in there]


def _part(item: Any, change: Callable[[str], str]) -> Any:
    if type(item) is str:
        return change(item)
    if is_object(item) and type(text := item.get(_TEXT)) is str:
        return {**item, _TEXT: change(text)}
    return item


def _changed(document: Document, steps: Steps, change: Callable[[Any], Any]) -> int:
    """Change what is there, everywhere or, if that cannot be, nowhere."""
    found = [(spot, change(spot.holder[spot.key])) for spot in document.places(steps)]
    changed = [(spot, new) for spot, new in found if new is not UNSET]
    for spot, new in changed:
        spot.holder[spot.key] = new
    return len(changed)


OPERATIONS: Mapping[str, Callable[[Document, Operation, Steps], int]] = {
    "set": _set,
    "delete": _delete,
    "move": _move,
    "append": _append,
    "prepend": _prepend,
    "replace": _replace,
}
"""What each does; it returns at how many places."""
