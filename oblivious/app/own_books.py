"""The journal of a command: it lives as long as that, and settles by itself."""

import asyncio
from collections.abc import Callable

from oblivious.billing.settlement import Settlement
from oblivious.contracts.events import SETTLED, Attempt, Ended, Opened, Outcome, Record

_NAME = "commands"
"""One for all commands: nothing is ever looked for there again, an exchange is settled by its own id."""

_ROOM_BYTES = 1_000_000


class OwnBooks:
    """Remembers what a command has its channels asked; what it was in the middle of is lost with it."""

    room_bytes = _ROOM_BYTES

    def __init__(self) -> None:
        self._opened: dict[str, Opened] = {}
        self._attempts: dict[str, list[Attempt]] = {}
        self._outcomes: list[Outcome] = []

    def append(self, record: Record) -> None:
        """Take a record."""
        if isinstance(record, Opened):
            self._opened[record.exchange_id] = record
        elif isinstance(record, Attempt):
            self._attempts.setdefault(record.exchange_id, []).append(record)
        elif isinstance(record, Ended):
            self._end(record)

    def after_write(self, go: Callable[[BaseException | None], None]) -> None:
        """Go with the loop's next turn: there is nothing to wait for."""
        asyncio.get_running_loop().call_soon(go, None)

    def has_room(self, in_flight: int) -> bool:  # noqa: ARG002 - as journals on disk are asked
        """There is always room for what a command does."""
        return True

    async def settle(self, settlement: Settlement) -> None:
        """Bring what has ended into the ledger.

        Raises:
            BadOutcomes: some can never be settled.
            SQLAlchemyError, OSError: the database is out of reach.
        """
        outcomes, self._outcomes = self._outcomes, []
        if outcomes:
            await settlement.settle(outcomes)

    def _end(self, ended: Ended) -> None:
        opened = self._opened.pop(ended.exchange_id)
        attempts = self._attempts.pop(ended.exchange_id, [])
        number = len(self._outcomes) + 1
        self._outcomes.append(Outcome(_NAME, number, SETTLED, opened, ended, attempts))
