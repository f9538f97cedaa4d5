"""One page of a list."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """What a client gets at once of a list.

    Attributes:
        total: how many there are on all pages.
        next: the `cursor` of the next page; null on the last one.
    """

    items: Sequence[T]
    total: int
    next: str | None
