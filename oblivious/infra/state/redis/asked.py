"""A draw from several owners, asked in one round trip: one answer out of theirs."""

import asyncio
from collections.abc import Callable, Sequence

from oblivious.infra.state.draws import GRANTED, Draw, Drawn
from oblivious.infra.state.errors import StateStoreError

_UNTOLD = (GRANTED, 0)
_UNASKED = (GRANTED - 1, 0)

Undo = Callable[[str, Sequence[Draw]], None]


class Asked:
    """Gathers what the owners answer to one draw.

    Once all have answered, what may have been taken is undone, unless all granted it to somebody who waits.
    """

    __slots__ = ("_answers", "_draws", "_error", "_hold_id", "_open", "_undo", "future")

    def __init__(self, hold_id: str, draws: Sequence[Draw], undo: Undo) -> None:
        self._hold_id = hold_id
        self._draws = draws
        self._undo = undo
        self._answers: list[tuple[int, int]] = [_UNTOLD] * len(draws)
        self._error: StateStoreError | None = None
        self._open = len(draws)
        self.future: asyncio.Future[Drawn] = asyncio.get_running_loop().create_future()
        if not draws:
            self.future.set_result(Drawn(None, 0))

    def owner(self, index: int) -> "OwnersAnswer":
        """Return the asker of the command to one owner."""
        return OwnersAnswer(self, index)

    def told(self, index: int, refused: int, retry_after_ms: int) -> None:
        """Take an owner's answer."""
        self._answers[index] = (refused, retry_after_ms)
        self._close()

    def unasked(self, index: int, error: StateStoreError) -> None:
        """Learn that an owner could not even be asked."""
        self._answers[index] = _UNASKED
        self.failed(error)

    def failed(self, error: StateStoreError) -> None:
        """Learn that nobody knows what an owner did."""
        self._error = error
        self._close()

    def _close(self) -> None:
        self._open -= 1
        if self._open:
            return
        drawn = self._drawn()
        if self._error or drawn.refused or self.future.done():
            self._undo(self._hold_id, self._taken())
        if self.future.done():
            return
        if self._error:
            self.future.set_exception(self._error)
        else:
            self.future.set_result(drawn)

    def _drawn(self) -> Drawn:
        for index, (meter, retry_after_ms) in enumerate(self._answers):
            if meter != GRANTED:
                return Drawn((index, meter), retry_after_ms)
        return Drawn(None, 0)

    def _taken(self) -> list[Draw]:
        """Return what was granted, and what may have been."""
        return [draw for draw, (meter, _) in zip(self._draws, self._answers, strict=True) if meter == GRANTED]


class OwnersAnswer:
    """The asker of one owner's command."""

    __slots__ = ("_asked", "_index")

    def __init__(self, asked: Asked, index: int) -> None:
        self._asked = asked
        self._index = index

    def answer(self, reply: list[int]) -> None:
        """Pass on which meter refused, and when it has room."""
        self._asked.told(self._index, reply[0], reply[1])

    def fail(self, error: StateStoreError) -> None:
        """Pass on that there is no answer."""
        self._asked.failed(error)
