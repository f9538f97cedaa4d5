"""Those who listen to the changes of a board in their own process."""

import asyncio
from collections.abc import AsyncGenerator

from oblivious.infra.state.board.protocol import RESYNCHRONISE, Change

_MOST_UNREAD = 1_024


class Listeners:
    """Hands every change to everybody who listens; nobody waits for one who is slow."""

    def __init__(self, most_unread: int = _MOST_UNREAD) -> None:
        """Begin with nobody; whoever leaves more changes unread gets RESYNCHRONISE instead of them."""
        self._most_unread = most_unread
        self._queues: set[asyncio.Queue[Change]] = set()

    def tell(self, change: Change) -> None:
        """Hand a change to all."""
        for queue in self._queues:
            if queue.full():
                _empty(queue)
                queue.put_nowait(RESYNCHRONISE)
            else:
                queue.put_nowait(change)

    async def changes(self) -> AsyncGenerator[Change]:
        """Yield what is told from now on, RESYNCHRONISE first."""
        queue: asyncio.Queue[Change] = asyncio.Queue(self._most_unread)
        queue.put_nowait(RESYNCHRONISE)
        self._queues.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._queues.discard(queue)


def _empty(queue: asyncio.Queue[Change]) -> None:
    while not queue.empty():
        queue.get_nowait()
