"""A loop in which nobody really waits for the time to pass."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")


class _Hasty(selectors.DefaultSelector):
    """Where nothing else has happened it says that the time is over.

    Attributes:
        ahead_s: how much of the time was passed over.
    """

    ahead_s = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select()
        found = super().select(0)
        if not found:
            self.ahead_s += timeout
        return found


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._hasty = _Hasty()
        super().__init__(self._hasty)

    @override
    def time(self) -> float:
        return super().time() + self._hasty.ahead_s


def in_a_hurry(going: Coroutine[Any, Any, T]) -> T:
    """Run it to its end; what sleeps wakes up in its order, and at once."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(going)
