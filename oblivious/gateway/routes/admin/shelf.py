"""Lists of what is no table: asked for as lists out of the database are. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq
from typing import Any, Generic, TypeVar

from oblivious.gateway.routes.admin.asked import Asked, Field, Order, cursor_at
from oblivious.gateway.routes.admin.page import Page

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """A list of items that are at hand; see `listing.Listing` for what each member means."""

    fields: Mapping[str, Field[Callable[[T], Any]]]
    searched: Sequence[Callable[[T], str]]
    key: str
    usual: str


def look_through(shelf: Shelf[T], items: Sequence[T], asked: Asked) -> Page[T]:
    """Return the items that are asked for, how many there are on all pages, and where the next one begins."""
    wanted = [item for item in items if _is_wanted(shelf, asked, item)]
    # The least important order first: each later sort keeps what the earlier ones have made of equals.
    for order in reversed(asked.order):
        wanted.sort(key=shelf.fields[order.field].source, reverse=order.descending)
    after = asked.after
    left = wanted if after is None else [item for item in wanted if _is_behind(shelf, asked, item, after)]
    shown = left[: asked.limit]
    more = len(left) > asked.limit
    return Page(
        shown, len(wanted), cursor_at(asked.order, _values(shelf, asked, shown[-1])) if more else None
    )


def _is_wanted(shelf: Shelf[T], asked: Asked, item: T) -> bool:
    if asked.q and not any(asked.q.lower() in text(item).lower() for text in shelf.searched):
        return False
    return all(_holds(shelf.fields[name], item, value) for name, value in asked.filters.items())


def _holds(field: Field[Callable[[T], Any]], item: T, value: Any) -> bool:
    return bool((field.holds or eq)(field.source(item), value))


def _is_behind(shelf: Shelf[T], asked: Asked, item: T, last: Sequence[Any]) -> bool:
    for order, own, other in zip(asked.order, _values(shelf, asked, item), last, strict=True):
        if own != other:
            return _is_beyond(order, own, other)
    return False


def _is_beyond(order: Order, own: Any, other: Any) -> bool:
    return bool(own < other if order.descending else own > other)


def _values(shelf: Shelf[T], asked: Asked, item: T) -> list[Any]:
    return [shelf.fields[order.field].source(item) for order in asked.order]
