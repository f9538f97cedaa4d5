"""What was seen of subjects and the board has yet to hear, one report for each, bounded."""

from collections.abc import Iterable

from oblivious.infra.state.board.protocol import Report

_MOST_WAITING = 10_000
_MOST_OUTCOMES = 100


def joined(one: Report, other: Report) -> Report:
    """Return two reports of one subject, the first one before the other, as one."""
    holds = [hold for hold in (one.hold_ms, other.hold_ms) if hold is not None]
    return Report(
        one.subject,
        (one.outcomes + other.outcomes)[-_MOST_OUTCOMES:],
        max(holds, default=None),
        other.reason or one.reason,
    )


class Outbox:
    """Reports that wait; who comes when it is full is left out."""

    def __init__(self) -> None:
        self._waiting: dict[str, Report] = {}

    def __contains__(self, subject: object) -> bool:
        return subject in self._waiting

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def subjects(self) -> Iterable[str]:
        """Return of whom something waits."""
        return self._waiting.keys()

    def put(self, report: Report) -> None:
        """Add what was seen last."""
        self._put(report, self._waiting.get(report.subject), first=False)

    def put_back(self, reports: Iterable[Report]) -> None:
        """Add what was taken and could not be told: it was seen before all that waits."""
        for report in reports:
            self._put(report, self._waiting.get(report.subject), first=True)

    def take(self) -> list[Report]:
        """Take everything out."""
        reports = list(self._waiting.values())
        self._waiting.clear()
        return reports

    def drop(self, subject: str) -> None:
        """Forget what was seen of a subject."""
        self._waiting.pop(subject, None)

    def _put(self, report: Report, other: Report | None, *, first: bool) -> None:
        if other is not None:
            report = joined(report, other) if first else joined(other, report)
        elif len(self._waiting) >= _MOST_WAITING:
            return
        self._waiting[report.subject] = report
