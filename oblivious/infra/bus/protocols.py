"""What the bus is given by those who know the business."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from oblivious.contracts.events import Attempt, Delivered, Opened, Outcome
from oblivious.contracts.usage import Usage
from oblivious.infra.bus.marks import Mark

Price = Callable[[Opened, Delivered | None, Sequence[Attempt]], tuple[Usage, int]]
"""Says what an interrupted exchange used and costs (nano-USD), by the last that is known to be delivered.

It is only asked about exchanges that made an attempt. It must always give the same answer and never raise:
an exchange that cannot be priced would hold up its whole journal.
"""

Handler = Callable[[list[Outcome]], Awaitable[None]]
"""Settles outcomes; a repeat changes nothing.

It raises `BadOutcomes` for those that can never be settled, after it has settled all others. Any other error
means that nothing is sure yet: the same outcomes come again.
"""


class BadOutcomes(Exception):
    """Outcomes that break a rule of the ledger; all others of the batch were settled."""

    def __init__(self, rejected: Sequence[tuple[Outcome, str]]) -> None:
        super().__init__(f"{len(rejected)} outcomes cannot be settled")
        self.rejected = rejected


class Sink(Protocol):
    """Where outcomes go."""

    async def deliver(self, outcomes: Sequence[Outcome]) -> None:
        """Return once all of them are safe: settled, or confirmed by a broker.

        Any error means that some may not be: all are delivered again.
        """
        ...


class Marks(Protocol):
    """What settlement has done, as it wrote it down in its own transaction.

    An outcome that was judged bad counts as done: it is kept among the dead letters.
    """

    async def read(self, journals: Sequence[str]) -> Mapping[str, Mark]:
        """Return the marks of those journals that have one."""
        ...


class DeadLetterBox(Protocol):
    """Where outcomes that cannot be settled wait for a person."""

    async def put(self, rejected: Sequence[tuple[Outcome, str]]) -> None:
        """Return once they are safe; a repeat may keep them twice."""
        ...
