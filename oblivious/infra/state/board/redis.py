"""The board that all processes of an installation share."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from typing import Any, Final

from oblivious.infra.state.board.memory import wall_ms
from oblivious.infra.state.board.protocol import Change, Health, Report, Rules
from oblivious.infra.state.board.rules import MOST_SUBJECTS, nameable
from oblivious.infra.state.board.scripts import board_scripts
from oblivious.infra.state.board.subscription import Subscription
from oblivious.infra.state.board.text import read_health, read_page, write_report, write_rules
from oblivious.infra.state.memory import monotonic_ms
from oblivious.infra.state.redis.address import Address
from oblivious.infra.state.redis.connection import Connection, Word
from oblivious.infra.state.redis.scripts import SERVER_TIME

_BATCH = 100
"""Reports in one command, about 2 ms of the server's time: it serves others in between."""

_PAGE = 250
"""Subjects that are read, or forgotten, at a time."""

_HEALTH: Final = "ob:{board}:health"
_BOARD: Final = (_HEALTH, "ob:{board}:ends")
_CLAIMS: Final = ("ob:{board}:claims",)


class RedisBoard:
    """A `Board` in Redis 6.2 or later; open it before use.

    It has connections of its own: its reports do not stand before what the road asks of the state store.
    """

    def __init__(
        self,
        url: str,
        rules: Rules | None = None,
        *,
        clock: str = SERVER_TIME,
        deadline_ms: int = 1_000,
        most_subjects: int = MOST_SUBJECTS,
    ) -> None:
        """Prepare; nothing is connected before `open`.

        Args:
            url: the server, as `Address.parse` reads it.
            rules: when breakers open and how long holds are; None for the usual ones.
            clock: Lua that sets `now` to milliseconds: the server's clock, but for tests.
            deadline_ms: how long a command may stay unanswered.
            most_subjects: beyond it, those are forgotten that have something to say for the shortest time.
        """
        address = Address.parse(url)
        self._scripts = board_scripts(clock)
        self._connection = Connection(address, self._scripts.sources, deadline_ms=deadline_ms)
        # Channels are the server's: those of another database on it are others' to hear.
        self._channel = f"ob:{{board}}:changes:{address.database}"
        self._subscription = Subscription(url, self._channel)
        self._head: tuple[Word, ...] = (self._channel, *write_rules(rules or Rules()), most_subjects)
        self._claims: dict[str, int] = {}
        self._ahead_ms = wall_ms() - monotonic_ms()

    @property
    def healthy(self) -> bool:
        """See `Board.healthy`."""
        return self._connection.connected and self._subscription.hears

    def now_ms(self) -> int:
        """See `Board.now_ms`: the server's time at its last answer, and what has passed since."""
        return monotonic_ms() + self._ahead_ms

    async def open(self) -> None:
        """Connect; if that fails, calls raise StoreUnreachable until it succeeds by itself."""
        await self._connection.open()

    async def report(self, reports: Sequence[Report]) -> list[Health | None]:
        """See `Board.report`."""
        batches = _batches([report for report in reports if nameable(report.subject)])
        told = [health for some in await asyncio.gather(*map(self._judged, batches)) for health in some]
        answers = iter(told)
        return [next(answers) if nameable(report.subject) else None for report in reports]

    async def claim(self, subject: str, lease_ms: int) -> bool:
        """See `Board.claim`."""
        now, end = await self._script(self._scripts.claim, _CLAIMS, subject, lease_ms)
        self._claims = {claimed: until for claimed, until in self._claims.items() if until > int(now)}
        if not end:
            return False
        self._claims[subject] = end
        return True

    async def release(self, subject: str) -> None:
        """See `Board.release`; two claims of a subject end at different times, and so are told apart."""
        end = self._claims.pop(subject, None)
        if end is not None:
            await self._script(self._scripts.release, _CLAIMS, subject, end)

    async def everything(self) -> Mapping[str, Health]:
        """See `Board.everything`."""
        while await self._pruned() == _PAGE:
            pass
        known: dict[str, Health] = {}
        cursor: Word = 0
        while cursor != b"0":
            cursor, page = await self._connection.call("HSCAN", _HEALTH, cursor, "COUNT", _PAGE)
            known.update(read_page(page))
        return known

    async def clear(self, subject: str) -> None:
        """See `Board.clear`."""
        await self._script(self._scripts.clear, _BOARD, self._channel, subject)

    def changes(self) -> AsyncGenerator[Change]:
        """See `Board.changes`."""
        return self._subscription.changes()

    async def close(self) -> None:
        """See `Board.close`; whoever listens to changes stops first."""
        await self._subscription.close()
        await self._connection.close()

    async def _judged(self, reports: Sequence[Report]) -> list[Health | None]:
        words: list[Word] = [word for report in reports for word in write_report(report)]
        now, *told = await self._script(self._scripts.report, _BOARD, *self._head, *words)
        self._set_clock(now)
        return [read_health(text.decode(errors="replace")) for text in told]

    async def _pruned(self) -> int:
        """Forget some who have nothing to say any more, and return how many."""
        now, pruned = await self._script(self._scripts.prune, _BOARD, self._channel, _PAGE)
        self._set_clock(now)
        return int(pruned)

    def _set_clock(self, now: bytes) -> None:
        self._ahead_ms = int(now) - monotonic_ms()

    def _script(self, sha: str, keys: tuple[str, ...], *words: Word) -> asyncio.Future[Any]:
        return self._connection.call("EVALSHA", sha, len(keys), *keys, *words)


def _batches(reports: list[Report]) -> Iterator[list[Report]]:
    for start in range(0, len(reports), _BATCH):
        yield reports[start : start + _BATCH]
