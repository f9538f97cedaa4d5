"""Who may try what is half-open: one of all processes, or one of this one while the board is out of reach."""

import contextlib
from collections.abc import Callable, Sequence

from oblivious.infra.state.board.memory import MemoryBoard
from oblivious.infra.state.board.protocol import Board
from oblivious.infra.state.errors import StateStoreError

_LEASE_MS = 30_000
"""How long a half-open subject is left to the one who tries it, unless it has an answer before."""


class Claims:
    """Claims on the board; `on_error` hears when that is out of reach."""

    def __init__(self, board: Board, on_error: Callable[[Exception], None]) -> None:
        self._board = board
        self._own = MemoryBoard(now=board.now_ms)
        self._on_error = on_error

    async def take(self, subjects: Sequence[str]) -> str | None:
        """Take all of them, or none; return the one that somebody else has, None if all are ours."""
        for place, subject in enumerate(subjects):
            if not await self._taken(f"try:{subject}"):
                await self.leave(subjects[:place])
                return subject
        return None

    async def leave(self, subjects: Sequence[str]) -> None:
        """Leave them to others."""
        for subject in subjects:
            await self._own.release(f"try:{subject}")
            with contextlib.suppress(StateStoreError):
                await self._board.release(f"try:{subject}")

    async def _taken(self, name: str) -> bool:
        try:
            return await self._board.claim(name, _LEASE_MS)
        except StateStoreError as error:
            self._on_error(error)
            return await self._own.claim(name, _LEASE_MS)
