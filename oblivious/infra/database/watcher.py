"""Tells a process within moments what another one has changed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import Sessions, reading

OnChange = Callable[[Topic, int], Awaitable[None]]
"""What is called with a topic that moved and its new number."""

_log = structlog.get_logger(__name__)


class Watcher:
    """Polls the revisions and calls whoever subscribed to a topic that moved.

    The first poll reports every topic. A subscriber that fails is called again by the next poll; a lost
    database is logged once, and polled until it is back.
    """

    def __init__(self, maker: Sessions, interval_ms: int = 500) -> None:
        self._maker = maker
        self._interval_seconds = interval_ms / 1000
        self._subscribers: list[tuple[Topic, OnChange]] = []
        self._told: dict[int, int] = {}
        self._lost = False

    def subscribe(self, topics: Iterable[Topic], on_change: OnChange) -> None:
        """Call `on_change` whenever one of the topics has moved."""
        self._subscribers.extend((topic, on_change) for topic in topics)

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            poll = asyncio.ensure_future(self.poll_safely())
            try:
                await asyncio.shield(poll)
            finally:
                await poll  # a connection that is left in the middle of a query can't go back to the pool
            await asyncio.sleep(self._interval_seconds)

    async def poll_safely(self) -> bool:
        """Poll once; return False, and say so in the log, if the database is out of reach."""
        try:
            await self.poll()
        except DATABASE_LOST as error:
            if not self._lost:
                _log.warning("revisions_unreadable", error=str(error))
            self._lost = True
            return False
        if self._lost:
            _log.info("revisions_readable_again")
        self._lost = False
        return True

    async def poll(self) -> None:
        """Read the revisions and tell every subscriber what moved since it was last told.

        Raises:
            DATABASE_LOST: the database is out of reach.
        """
        async with reading(self._maker) as session:
            numbers = await read_revisions(session)
        for place, (topic, on_change) in enumerate(self._subscribers):
            if self._told.get(place) != numbers[topic]:
                await self._tell(place, topic, numbers[topic], on_change)

    async def _tell(self, place: int, topic: Topic, number: int, on_change: OnChange) -> None:
        try:
            await on_change(topic, number)
        except Exception:  # noqa: BLE001 - one subscriber's fault must not keep the news from the others
            _log.exception("subscriber_failed", topic=topic.value)
        else:
            self._told[place] = number
