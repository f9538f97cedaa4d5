"""What each gateway process tells the others: whom it serves for, whom it drains, and who works."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping

import msgspec

from oblivious.channels.schedule import read_tests
from oblivious.contracts.changes import ChangeRefused
from oblivious.gateway.keeping.parts import Keeping
from oblivious.gateway.keeping.roster import Rows
from oblivious.infra.database import presence
from oblivious.infra.database.sessions import reading
from oblivious.infra.state.errors import StateStoreError
from oblivious.infra.state.protocol import StateStore

_LIVES_MS = 10_000
_NOBODY: frozenset[int] = frozenset()


class Report(msgspec.Struct, frozen=True):
    """One process.

    Attributes:
        draining: the channels that it knows to be draining.
        busy: by channel, how many exchanges it serves.
        good: by channel key, when it last had an answer, in seconds since 1970; only of those whose tests
            are left out while traffic shows that they work.
        serves: it is a gateway; a shipper announces itself among them, and serves nobody.
    """

    draining: frozenset[int] = _NOBODY
    busy: Mapping[int, int] = {}
    good: Mapping[int, float] = {}
    serves: bool = True


_decode = msgspec.json.Decoder(Report).decode


class Reports:
    """Writes the report of this process, and reads those of the others; small values with a short life."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._rows = Rows()
        self._watched: list[int] = []

    async def round(self) -> None:
        """Tell the others, if there is a channel that drains or a test that traffic may make needless.

        Raises:
            StateStoreError, SQLAlchemyError, OSError: one of the two is out of reach.
        """
        report = await self.own()
        if self._watched or self._rows.draining:
            store, place = self._keeping.tester.road.store, _place(self._keeping.boot_id)
            await store.put(place, msgspec.json.encode(report), _LIVES_MS)

    async def own(self) -> Report:
        """Return what this process has to tell.

        Raises:
            SQLAlchemyError, OSError: the database is out of reach.
        """
        road, rows = self._keeping.tester.road, await self._keeping.roster.rows()
        if rows is not self._rows:
            self._rows, self._watched = rows, _watched(rows)
        busy = {channel: count for channel, count in road.busy.items() if count}
        good = {key_id: road.last_good[key_id] for key_id in self._watched if key_id in road.last_good}
        return Report(road.directory.draining, busy, good)

    async def all(self) -> list[Report | None]:
        """Return the report of every live process, this one's first; None where one has not told any.

        Raises:
            StateStoreError, SQLAlchemyError, OSError: one of the two is out of reach.
        """
        boot_id = self._keeping.boot_id
        async with reading(self._keeping.tester.maker) as session:
            live = await presence.live_gateways(session)
        others = [gateway.boot_id for gateway in live if gateway.boot_id != boot_id]
        told = await self._keeping.tester.road.store.get_many([_place(other) for other in others])
        return [await self.own(), *(None if value is None else _decode(value) for value in told)]


async def serve_nobody(store: StateStore, boot_id: str) -> None:
    """Tell the gateways again and again that this process is none of them, for ever."""
    report = msgspec.json.encode(Report(serves=False))
    while True:
        with contextlib.suppress(StateStoreError):
            await store.put(_place(boot_id), report, _LIVES_MS)
        await asyncio.sleep(_LIVES_MS / 3000)


def last_seen_well(key_id: int, reports: Iterable[Report | None]) -> float:
    """Return when a key last had an answer, in seconds since 1970; 0 if nobody knows."""
    return max((report.good.get(key_id, 0.0) for report in reports if report is not None), default=0.0)


def is_idle(channel_id: int, reports: Iterable[Report | None], *, loaded: bool) -> bool:
    """Say whether a draining channel serves nobody anywhere, and every process knows that it drains.

    `loaded`: it has a key that is on; else no directory has it, and nobody can say that it drains.
    """
    return all(report is not None and _is_rid_of(channel_id, report, loaded=loaded) for report in reports)


def _is_rid_of(channel_id: int, report: Report, *, loaded: bool) -> bool:
    if not report.serves:
        return True
    return not report.busy.get(channel_id) and (not loaded or channel_id in report.draining)


def _place(boot_id: str) -> str:
    return f"keeper:{boot_id}"


def _watched(rows: Rows) -> list[int]:
    """Return the keys of channels with a schedule; whether it is sparse is no matter of this small thing."""
    return [key.id for channel, key in rows.working if _is_scheduled(channel.tests)]


def _is_scheduled(tests: object) -> bool:
    try:
        return read_tests(tests).every_seconds is not None
    except ChangeRefused:  # of a newer release
        return False
