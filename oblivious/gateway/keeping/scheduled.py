"""Tests on a schedule: rare, cheap, and left out while traffic shows that a channel works."""

import time
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from oblivious.channels.schedule import Tests, read_tests
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.channels.tested import list_tests
from oblivious.contracts.changes import ChangeRefused, NoSuch
from oblivious.gateway.keeping.parts import Keeping, few_at_once
from oblivious.gateway.keeping.reports import Report, Reports, last_seen_well
from oblivious.gateway.keeping.roster import Rows
from oblivious.gateway.keeping.slots import is_due
from oblivious.gateway.keeping.testing import ask_all
from oblivious.gateway.keeping.trial import SECONDS
from oblivious.gateway.keeping.ways import asked_of, first_ways, open_channel, usual_models
from oblivious.infra.crypto import WrongSecret
from oblivious.infra.database.sessions import reading

Place = tuple[int, str]
"""A channel key, and a public model."""


class Plan(NamedTuple):
    """One test that comes again and again."""

    channel: Channel
    key: ChannelKey
    model: str
    tests: Tests
    every: float

    @property
    def place(self) -> Place:
        """What is tested."""
        return self.key.id, self.model


class Scheduled:
    """Tests what is due; of all processes one does."""

    def __init__(self, keeping: Keeping, reports: Reports) -> None:
        self._keeping = keeping
        self._reports = reports
        self._rows = Rows()
        self._plans: list[Plan] = []
        self._tested: dict[Place, float] = {}
        self._seen_well: dict[Place, float] = {}

    async def round(self) -> None:
        """Test what is due.

        Raises:
            StateStoreError, SQLAlchemyError, OSError: one of the two is out of reach.
        """
        rows = await self._keeping.roster.rows()
        if rows is not self._rows:
            plans = list(plans_of(rows))
            self._tested = await self._last_tests() if plans else {}
            self._rows, self._plans, self._seen_well = rows, plans, {}
        due = [plan for plan in self._plans if self._is_due(plan)]
        if any(plan.tests.sparse for plan in due):
            reports = await self._reports.all()
            self._seen_well |= {plan.place: _seen_well(plan, reports) for plan in due}
        await few_at_once(partial(self._test, plan) for plan in due if self._is_due(plan))

    def _is_due(self, plan: Plan) -> bool:
        tested, seen_well = self._tested.get(plan.place, 0.0), self._seen_well.get(plan.place, 0.0)
        return is_due(plan.every, tested, seen_well, time.time())

    async def _test(self, plan: Plan) -> None:
        async with self._keeping.claimed(f"test:k{plan.key.id}:{plan.model}", 2 * SECONDS) as ours:
            if not ours:
                return
            self._tested |= await self._last_tests(plan.channel.id)  # another process may have been quicker
            if self._is_due(plan):
                self._tested[plan.place] = time.time()
                await self._ask(plan)

    async def _ask(self, plan: Plan) -> None:
        tester = self._keeping.tester
        try:
            async with reading(tester.maker) as session:
                opened = await open_channel(session, tester.providers, plan.channel.id)
            asked = first_ways(list(asked_of(opened, tester.secrets, [plan.model], [plan.key.id])))
        except (ChangeRefused, NoSuch, WrongSecret):  # it is gone, or cannot be read, which was said
            return
        await ask_all(tester, asked, stream=plan.tests.stream)

    async def _last_tests(self, channel_id: int | None = None) -> dict[Place, float]:
        async with reading(self._keeping.tester.maker) as session:
            tests = await list_tests(session, channel_id)
        return {(test.channel_key_id, test.model): test.at.timestamp() for test in reversed(tests)}


def plans_of(rows: Rows) -> Iterator[Plan]:
    """Yield what is to be tested: channels with a schedule that take work, with their keys that are on."""
    for channel, key in rows.working:
        try:
            tests = read_tests(channel.tests)
        except ChangeRefused:  # of a newer release
            continue
        if tests.every_seconds is not None:
            for model in usual_models(channel):
                yield Plan(channel, key, model, tests, tests.every_seconds)


def _seen_well(plan: Plan, reports: list[Report | None]) -> float:
    return last_seen_well(plan.key.id, reports) if plan.tests.sparse else 0
