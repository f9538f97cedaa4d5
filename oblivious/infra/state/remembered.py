"""Things made when they are asked for, and forgotten some time after nobody needs them."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

_FEW = 64


class Idles(Protocol):
    """What can say that it may be forgotten."""

    def idle(self, now: int) -> bool:
        """Whether nothing would be lost."""
        ...


KeyT = TypeVar("KeyT")
ThingT = TypeVar("ThingT", bound=Idles)


class Remembered(Generic[KeyT, ThingT]):
    """At most twice as many things as were needed at once, and a few.

    It looks for idle ones each time it has doubled, so a new one costs the same however many there are.
    """

    __slots__ = ("_look_at", "_make", "_things")

    def __init__(self, make: Callable[[KeyT], ThingT]) -> None:
        self._make = make
        self._things: dict[KeyT, ThingT] = {}
        self._look_at = _FEW

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: KeyT) -> ThingT | None:
        """Return what there is."""
        return self._things.get(key)

    def at(self, key: KeyT, now: int) -> ThingT:
        """Return what there is, or a new one."""
        thing = self._things.get(key)
        if thing is None:
            if len(self._things) >= self._look_at:
                self._forget_idle(now)
            thing = self._things[key] = self._make(key)
        return thing

    def _forget_idle(self, now: int) -> None:
        self._things = {key: thing for key, thing in self._things.items() if not thing.idle(now)}
        self._look_at = max(_FEW, 2 * len(self._things))
