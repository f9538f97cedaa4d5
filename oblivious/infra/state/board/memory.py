"""The board of a single process."""

import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from oblivious.infra.state.board.listeners import Listeners
from oblivious.infra.state.board.protocol import Change, Health, Report, Rules
from oblivious.infra.state.board.rules import MOST_SUBJECTS, kept_until_ms, nameable, next_health

_SWEPT_A_REPORT = 2
"""How many subjects are looked at with each report: a few more than can be new."""


def wall_ms() -> int:
    """Return milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class MemoryBoard:
    """A `Board` that lives and dies with its process, and always answers."""

    healthy = True

    def __init__(
        self,
        rules: Rules | None = None,
        *,
        now: Callable[[], int] = wall_ms,
        most_subjects: int = MOST_SUBJECTS,
    ) -> None:
        """Begin with everybody well.

        Args:
            rules: when breakers open and how long holds are; None for the usual ones.
            now: the board's clock.
            most_subjects: beyond it, those are forgotten that were reported longest ago.
        """
        self._rules = rules or Rules()
        self._now = now
        self._most_subjects = most_subjects
        # The health, and the last moment at which it says something.
        self._known: dict[str, tuple[Health, int]] = {}
        self._claims: dict[str, int] = {}
        self._listeners = Listeners()
        self._sweep_next: deque[str] = deque()

    def now_ms(self) -> int:
        """See `Board.now_ms`."""
        return self._now()

    async def report(self, reports: Sequence[Report]) -> list[Health | None]:
        """See `Board.report`."""
        now = self._now()
        told = [self._judge(report, now) if nameable(report.subject) else None for report in reports]
        for _ in range(min(len(self._known), _SWEPT_A_REPORT * len(reports))):
            self._sweep_one(now)
        while len(self._known) > self._most_subjects:
            self._forget(next(iter(self._known)))
        return told

    async def claim(self, subject: str, lease_ms: int) -> bool:
        """See `Board.claim`."""
        now = self._now()
        self._claims = {claimed: end for claimed, end in self._claims.items() if end > now}
        if subject in self._claims:
            return False
        self._claims[subject] = now + lease_ms
        return True

    async def release(self, subject: str) -> None:
        """See `Board.release`."""
        self._claims.pop(subject, None)

    async def everything(self) -> Mapping[str, Health]:
        """See `Board.everything`."""
        now = self._now()
        for subject in [subject for subject, (_, end) in self._known.items() if end < now]:
            self._forget(subject)
        return {subject: health for subject, (health, _) in self._known.items()}

    async def clear(self, subject: str) -> None:
        """See `Board.clear`."""
        self._forget(subject)

    def changes(self) -> AsyncGenerator[Change]:
        """See `Board.changes`; a listener that falls far behind is told to resynchronise."""
        return self._listeners.changes()

    async def close(self) -> None:
        """Let go of nothing: there is only memory."""

    def _judge(self, report: Report, now: int) -> Health | None:
        subject = report.subject
        before, end = self._known.get(subject, (None, now))
        if end < now:
            before = None
        after = next_health(before, report, now, self._rules)
        if after is None:
            self._forget(subject)
            return None
        # Out and in again: those that were reported longest ago stay at the front.
        self._known.pop(subject, None)
        self._known[subject] = (after, kept_until_ms(after, now, self._rules))
        if after != before:
            self._listeners.tell(Change(subject, after))
        return after

    def _forget(self, subject: str) -> None:
        if self._known.pop(subject, None) is not None:
            self._listeners.tell(Change(subject, None))

    def _sweep_one(self, now: int) -> None:
        """Look at the next subject in turn, and forget it if it has nothing to say any more."""
        if not self._sweep_next:
            self._sweep_next.extend(self._known)
        subject = self._sweep_next.popleft()
        known = self._known.get(subject)
        if known is not None and known[1] < now:
            self._forget(subject)
