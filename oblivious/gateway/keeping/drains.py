"""Channels that take no new work: switched off once nobody is served by them any more, on any node."""

import time
from collections.abc import Callable

import structlog

from oblivious.channels.repository import end_drain
from oblivious.channels.tables import Channel
from oblivious.gateway.keeping.parts import Keeping
from oblivious.gateway.keeping.reports import Report, Reports, is_idle
from oblivious.gateway.keeping.roster import Rows
from oblivious.infra.database.sessions import writing

_log = structlog.get_logger(__name__)

_QUIET_S = 2.0
"""So long a channel must have been idle: who has chosen it just now is seen by then."""

_END_S = 60


class Drains:
    """Ends each drain once; whichever process sees it first does."""

    def __init__(
        self, keeping: Keeping, reports: Reports, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Look at the clock, in seconds, for how long a channel is idle."""
        self._keeping = keeping
        self._reports = reports
        self._clock = clock
        self._idle_since: dict[int, float] = {}

    async def round(self) -> None:
        """Look at every channel that drains.

        Raises:
            StateStoreError, SQLAlchemyError, OSError: one of the two is out of reach.
        """
        rows = await self._keeping.roster.rows()
        reports = await self._reports.all() if rows.draining else []
        now, before = self._clock(), self._idle_since
        idle = [channel for channel in rows.draining if _is_idle(channel, rows, reports)]
        self._idle_since = {channel.id: before.get(channel.id, now) for channel in idle}
        for channel in idle:
            if now - self._idle_since[channel.id] >= _QUIET_S:
                await self._end(channel)

    async def _end(self, channel: Channel) -> None:
        async with self._keeping.claimed(f"drain:c{channel.id}", _END_S) as ours:
            if not ours:
                return
            async with writing(self._keeping.tester.maker) as session:
                ended = await end_drain(session, channel.id)
        if ended:
            _log.info("channel_drained", channel=channel.name)


def _is_idle(channel: Channel, rows: Rows, reports: list[Report | None]) -> bool:
    return is_idle(channel.id, reports, loaded=channel.id in rows.loaded and bool(channel.models))
