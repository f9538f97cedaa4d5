"""The far side of the bus, in memory."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from oblivious.contracts.events import Outcome
from oblivious.infra.bus.marks import Mark, merge
from tests.fakes.waiting import PATIENCE_SECONDS


class Ledger:
    """Settles each exchange once, counts how often it came, and marks how far each journal is settled.

    Attributes:
        failing: raised instead of settling, while set.
        unreadable: raised instead of telling marks, while set.
        settling: while False outcomes are taken in and not settled, as by a broker whose consumers are away.
    """

    def __init__(self) -> None:
        self.settled: dict[str, Outcome] = {}
        self.deliveries: dict[str, int] = {}
        self.marks: dict[str, Mark] = {}
        self.failing: Exception | None = None
        self.unreadable: Exception | None = None
        self.settling = True
        self._changed = asyncio.Condition()

    async def deliver(self, outcomes: Sequence[Outcome]) -> None:
        """Take outcomes in."""
        async with self._changed:
            self._changed.notify_all()
            if self.failing is not None:
                raise self.failing
            for outcome in outcomes:
                name = outcome.opened.exchange_id
                self.deliveries[name] = self.deliveries.get(name, 0) + 1
            if self.settling:
                self.settle(outcomes)

    async def handle(self, outcomes: list[Outcome]) -> None:
        """Be a subscription's handler."""
        await self.deliver(outcomes)

    def settle(self, outcomes: Iterable[Outcome]) -> None:
        """Settle outcomes, whoever brings them."""
        for outcome in outcomes:
            self.settled.setdefault(outcome.opened.exchange_id, outcome)
            mark = self.marks.get(outcome.journal, Mark())
            self.marks[outcome.journal] = merge(mark, [outcome.number])

    async def read(self, journals: Sequence[str]) -> Mapping[str, Mark]:
        """Be the marks of a shipper."""
        if self.unreadable is not None:
            raise self.unreadable
        return {journal: self.marks[journal] for journal in journals if journal in self.marks}

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true that a delivery may have changed."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(true)

    async def until_settled(self, exchanges: Iterable[str]) -> None:
        """Wait until these exchanges are settled."""
        wanted = set(exchanges)
        await self.until(lambda: wanted <= self.settled.keys())
