"""Two ways to one board with a clock, for the contract; and short words for what it is asked."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Self

from redis.asyncio import Redis

from oblivious.infra.state.board.memory import MemoryBoard
from oblivious.infra.state.board.protocol import RESYNCHRONISE, Board, Change, Health, Report, Rules
from tests.contract.kept import opened
from tests.fakes.clock import FakeClock
from tests.fakes.redis_clock import board_by, set_clock

MOST_SUBJECTS = 20
RULES = Rules()


@dataclass
class BoardRig:
    """A board as two processes have it (where it is in memory, both are one), and its clock."""

    board: Board
    other: Board
    clock: FakeClock
    redis: Redis | None = None

    async def advance(self, milliseconds: int) -> None:
        """Let time pass."""
        self.clock.advance(milliseconds)
        if self.redis is not None:
            await set_clock(self.redis, self.clock())


def memory_board_rig() -> BoardRig:
    clock = FakeClock()
    board = MemoryBoard(RULES, now=clock, most_subjects=MOST_SUBJECTS)
    return BoardRig(board, board, clock)


@contextlib.asynccontextmanager
async def redis_board_rig(url: str) -> AsyncIterator[BoardRig]:
    one, other = [board_by(url, RULES, most_subjects=MOST_SUBJECTS) for _ in range(2)]
    async with opened(one), opened(other), Redis.from_url(url) as redis:
        rig = BoardRig(one, other, FakeClock(), redis)
        await rig.advance(0)
        yield rig


async def judged(board: Board, outcomes: str = "", hold_ms: int | None = None, reason: str = "") -> Health:
    """Report about "c12" and return what is known then, WELL if nothing."""
    (health,) = await board.report([Report("c12", outcomes, hold_ms, reason)])
    return health or Health()


class Heard:
    """What somebody hears of a board who began to listen before anything happened."""

    def __init__(self, board: Board) -> None:
        self._changes = board.changes()

    async def __aenter__(self) -> Self:
        """Begin."""
        assert await anext(self._changes) is RESYNCHRONISE
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self._changes.aclose()

    async def next(self, changes: int) -> list[Change]:
        """Wait for so many changes."""
        return [await anext(self._changes) for _ in range(changes)]
