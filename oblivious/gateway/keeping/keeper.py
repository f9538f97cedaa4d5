"""Looks after channels as long as the gateway runs: tests, probes, balances, drains and notices."""

import asyncio
from typing import Protocol

import structlog

from oblivious.gateway.keeping.balances import Balances
from oblivious.gateway.keeping.breakers import Breakers
from oblivious.gateway.keeping.drains import Drains
from oblivious.gateway.keeping.notifying import Notifying
from oblivious.gateway.keeping.off_keys import OffKeys
from oblivious.gateway.keeping.parts import Keeping
from oblivious.gateway.keeping.reports import Reports
from oblivious.gateway.keeping.scheduled import Scheduled
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.state.errors import StateStoreError

_log = structlog.get_logger(__name__)

_OUT_OF_REACH: tuple[type[Exception], ...] = (StateStoreError, *DATABASE_LOST)


class Chore(Protocol):
    """Something that is done again and again."""

    async def round(self) -> None:
        """Do what is due."""
        ...


async def keep(keeping: Keeping) -> None:
    """Look after channels, for ever; each chore at its own pace, so that none holds up another."""
    reports = Reports(keeping)
    chores: list[Chore] = [
        reports,
        Drains(keeping, reports),
        Scheduled(keeping, reports),
        OffKeys(keeping),
        Breakers(keeping),
        Balances(keeping),
        Notifying(keeping),
    ]
    async with asyncio.TaskGroup() as group:
        for chore in chores:
            group.create_task(again_and_again(chore, keeping.times.round))


async def again_and_again(chore: Chore, pause_s: float) -> None:
    """Do a chore round after round; one that a server out of reach has spoilt is no end of it."""
    lost = False
    while True:
        await asyncio.sleep(pause_s)
        try:
            await chore.round()
        except _OUT_OF_REACH as error:
            if not lost:
                _log.warning("keeping_waits", chore=type(chore).__name__, error=str(error))
            lost = True
        else:
            lost = False
