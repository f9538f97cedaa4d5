"""What the keeper's chores share."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from oblivious.gateway.keeping.roster import Roster
from oblivious.gateway.keeping.testing import Tester
from oblivious.infra.state.board.protocol import Board

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Times:
    """How often things are done, in seconds.

    Attributes:
        probe_first: after so long a key that was switched off is probed; the next pause is twice as long ...
        probe_most: ... and so on, up to this.
        balance: between two questions for a balance; 0: it is never asked for.
        round: how often each chore looks whether there is something to do.
    """

    probe_first: float = 300
    probe_most: float = 21_600
    balance: float = 3_600
    round: float = 2.0


@dataclass(frozen=True, slots=True)
class Keeping:
    """Everything a chore may need.

    Attributes:
        board: whose claims see to it that one process of all does each thing.
        boot_id: names this process.
        notify_url: where notices are sent; empty: nowhere.
    """

    tester: Tester
    board: Board
    boot_id: str
    roster: Roster
    times: Times
    notify_url: str = ""

    @asynccontextmanager
    async def claimed(self, what: str, lease_s: float) -> AsyncGenerator[bool]:
        """Have a thing to oneself in the block; false: another process has it.

        Raises:
            StoreUnreachable: nobody knows who has it.
        """
        name = f"keep:{what}"
        ours = await self.board.claim(name, int(lease_s * 1000))
        try:
            yield ours
        finally:
            if ours:
                await self.board.release(name)

    async def taken(self, what: str, lease_s: float) -> bool:
        """Take a thing that no other process shall do within `lease_s`; say whether nobody has taken it yet.

        Raises:
            StoreUnreachable: nobody knows.
        """
        return await self.board.claim(f"keep:{what}", max(1, int(lease_s * 1000)))


async def few_at_once(works: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Do all of them, a few at the same time."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(work: Callable[[], Awaitable[None]]) -> None:
        async with turns:
            await work()

    await asyncio.gather(*[one(work) for work in works])
