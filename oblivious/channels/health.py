"""How channels, keys, pools, and keys for one model fare: a copy of the board that answers at once.

What fails here is known here at once; the board then has every other worker know within moments. While it is
out of reach each process goes on with what it sees itself, and says so.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import aclosing

import structlog

from oblivious.channels.candidate import Candidate, Key, pool_subject
from oblivious.channels.claims import Claims
from oblivious.channels.directory import Directory
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.outbox import Outbox
from oblivious.channels.pick import Standing, subjects_of
from oblivious.infra.state.board.protocol import (
    BAD,
    GOOD,
    RESYNCHRONISE,
    Board,
    Health,
    Report,
    Rules,
)
from oblivious.infra.state.board.rules import next_health
from oblivious.infra.state.errors import StateStoreError

_log = structlog.get_logger(__name__)

_MOST_RATE_MS = 30_000
"""No back-off from a limit that fills by the minute is longer; that somebody meets it again is no news."""

_RETRY_S = 1.0
_REFRESH_S = 10.0
_MOST_KNOWN = 50_000
"""As many as a board knows; beyond that those go first that were noted first."""


def subject_of(scope: Scope, candidate: Candidate, key: Key) -> str:
    """Return whom a failure is noted under."""
    if scope is Scope.CHANNEL:
        return candidate.subject
    if scope is Scope.KEY_MODEL:
        return key.with_model(candidate.upstream_model)
    return pool_subject(key.pool) if scope is Scope.POOL and key.pool else key.subject


class HealthMirror:
    """What this process knows of everybody's health; false while all are well.

    Attributes:
        alone: the board is out of reach.
    """

    def __init__(self, board: Board, rules: Rules) -> None:
        """Begin with everybody well; `rules` are the board's."""
        self._board = board
        self._rules = rules
        self._claims = Claims(board, self._lose)
        self._known: dict[str, Health] = {}
        self._outbox = Outbox()
        self._due = asyncio.Event()
        self._chores: set[asyncio.Future[None]] = set()
        self.alone = False

    def __bool__(self) -> bool:
        return bool(self._known)

    def of(self, subject: str) -> Standing:
        """Return how a subject stands now."""
        health = self._known.get(subject)
        if health is None or not (health.open or health.until_ms):
            return Standing.WELL
        held = health.until_ms > self._board.now_ms()
        if health.open:
            return Standing.OPEN if held else Standing.HALF_OPEN
        return Standing.COOLING if held else Standing.WELL

    @property
    def held_back(self) -> int:
        """How many subjects nobody picks freely now."""
        return sum(self.of(subject) is not Standing.WELL for subject in self._known)

    def half_open(self) -> list[str]:
        """Return who was held back, and may be tried now by whoever claims it."""
        return [subject for subject in self._known if self.of(subject) is Standing.HALF_OPEN]

    def health(self, subject: str) -> Health | None:
        """Return what is known of a subject, for people; None: it is well."""
        return self._known.get(subject)

    def known(self) -> dict[str, Health]:
        """Return everybody of whom there is something to say, for people."""
        return dict(self._known)

    def back_in_ms(self, subjects: Iterable[str]) -> int:
        """Return when the last of these may be asked again, in milliseconds; 0: now."""
        untils = [self._known[subject].until_ms for subject in subjects if subject in self._known]
        return max(0, max(untils, default=0) - self._board.now_ms())

    def failed(self, candidate: Candidate, key: Key, verdict: Verdict) -> None:
        """Note a failure."""
        if verdict.action is Action.NOTHING:
            return
        scope = Scope.KEY_MODEL if verdict.action is Action.OFF else verdict.scope
        subject = subject_of(scope, candidate, key)
        if verdict.action is Action.COUNT:
            self._note(Report(subject, BAD, None, verdict.fault))
        else:
            self._note(Report(subject, "", self._hold_ms(subject, verdict), verdict.fault))

    def _hold_ms(self, subject: str, verdict: Verdict) -> int:
        """Return for how long nobody asks; 0: for the growing back-off."""
        if verdict.hold_ms:
            return verdict.hold_ms
        known = self._known.get(subject)
        grown = known is not None and 2 * known.hold_ms > _MOST_RATE_MS
        return _MOST_RATE_MS if verdict.fault is Fault.RATE and grown else 0

    def succeeded(self, candidate: Candidate, key: Key) -> None:
        """Note an answer: it matters only to those who were not well."""
        if not self._known:
            return
        for subject in (candidate.subject, *subjects_of(candidate, key)):
            health = self._known.get(subject)
            if health is None:
                continue
            if self.of(subject) is Standing.OPEN:  # a last resort that worked
                self._known.pop(subject)
                self._outbox.drop(subject)
                self._spawn(self._clear(subject))
            else:
                self._note(Report(subject, GOOD))

    async def claim(self, subjects: Sequence[str]) -> str | None:
        """Have half-open subjects to oneself; return the one that somebody else has, None if all are ours."""
        return await self._claims.take(subjects)

    def release(self, subjects: Sequence[str]) -> None:
        """Leave half-open subjects to others: what was claimed has its answer."""
        self._spawn(self._claims.leave(subjects))

    async def clear(self, subject: str) -> None:
        """Take a subject for well, on an operator's word.

        Raises:
            StoreUnreachable: nobody else hears of it.
        """
        self._known.pop(subject, None)
        self._outbox.drop(subject)
        await self._board.clear(subject)

    async def welcome(self, before: Directory, now: Directory) -> None:
        """Take keys for well that were not there before: whoever switches one on wants to see it tried."""
        fresh = {f"k{key_id}" for key_id in now.keys - before.keys}
        for subject in [known for known in self._known if known.partition(":")[0] in fresh]:
            with contextlib.suppress(StateStoreError):
                await self.clear(subject)

    async def follow(self) -> None:
        """Keep the copy up to date; for ever."""
        while True:
            async with aclosing(self._board.changes()) as changes:
                async for change in changes:
                    if change == RESYNCHRONISE:
                        await self.read()
                    else:
                        self._hear(change.subject, change.health)

    async def read(self) -> None:
        """Take over all that the board knows."""
        try:
            known = dict(await self._board.everything())
        except StateStoreError as error:
            self._lose(error)
        else:
            self._known = known | {
                name: self._known[name] for name in self._outbox.subjects() if name in self._known
            }
            self._regain()

    async def refresh(self) -> None:
        """Ask for everything now and then: some things are forgotten without a word; for ever."""
        while True:
            await asyncio.sleep(_REFRESH_S)
            if self._known:
                await self.flush()
                await self.read()

    async def tell(self) -> None:
        """Tell the board what was noted, as it comes; for ever."""
        while True:
            await self._due.wait()
            self._due.clear()
            await self.flush()
            if self._outbox:
                await asyncio.sleep(_RETRY_S)
                self._due.set()

    async def flush(self) -> None:
        """Tell the board now; what it can't hear is kept for the next time."""
        reports = self._outbox.take()
        if not reports:
            return
        try:
            told = await self._board.report(reports)
        except StateStoreError as error:
            self._lose(error)
            self._outbox.put_back(reports)
            return
        self._regain()
        for report, health in zip(reports, told, strict=True):
            self._hear(report.subject, health)

    def _note(self, report: Report) -> None:
        subject = report.subject
        now_ms = self._board.now_ms()
        self._take_over(subject, next_health(self._known.get(subject), report, now_ms, self._rules))
        self._outbox.put(report)
        self._due.set()

    def _spawn(self, chore: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(chore)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    def _take_over(self, subject: str, health: Health | None) -> None:
        if health is None:
            self._known.pop(subject, None)
        else:
            self._known[subject] = health
            if len(self._known) > _MOST_KNOWN:
                del self._known[next(iter(self._known))]

    def _hear(self, subject: str, health: Health | None) -> None:
        """Take over what the board says, unless something newer was seen here meanwhile."""
        if subject not in self._outbox:
            self._take_over(subject, health)

    async def _clear(self, subject: str) -> None:
        with contextlib.suppress(StateStoreError):
            await self._board.clear(subject)

    def _lose(self, error: Exception) -> None:
        if not self.alone:
            _log.warning("health_is_not_shared", error=str(error))
            self.alone = True

    def _regain(self) -> None:
        if self.alone:
            _log.info("health_is_shared_again")
            self.alone = False
