"""Who could serve an exchange, but not now, and when that will be."""

from itertools import islice
from typing import NamedTuple

from oblivious.channels.health import HealthMirror
from oblivious.channels.judge import Fault
from oblivious.channels.pick import Attempts, Standing, subjects_of

_MOST_LOOKED_AT = 256
_LOOK_FIRST_MS = 50
_MOST_DOUBLINGS = 10
_RATES = frozenset({"", Fault.RATE.value, Fault.OVERLOAD.value})


class Blocked(NamedTuple):
    """Somebody who has no room now.

    Attributes:
        subject: the channel, key or pool.
        why: the meter that is full, or the class of failure for which it is left alone.
        retry_after_ms: when it has room again; None: it never has for this request.
        fault: the class of failure; empty where a limit of ours is full.
        known: the time is; else it is a guess, since requests end when they end.
    """

    subject: str
    why: str
    retry_after_ms: int | None
    fault: str = ""
    known: bool = True

    @property
    def is_worth_a_wait(self) -> bool:
        """Whether there will be room: what is at fault has no more of it in a moment."""
        return self.retry_after_ms is not None and self.fault in _RATES

    def look_in_ms(self, looks: int, left_ms: int) -> int:
        """Return when to look again: at a guess soon at first, then ever later, and once more at the end.

        `looks` is how many there were, `left_ms` for how long there may be more.
        """
        wait = self.retry_after_ms or 0
        if self.known:
            return wait
        return min(wait, _LOOK_FIRST_MS << min(looks, _MOST_DOUBLINGS), max(left_ms, _LOOK_FIRST_MS))


class _Insisted:
    """How everybody stands with an admin who names a channel: it is asked."""

    def __bool__(self) -> bool:
        return False

    def of(self, subject: str) -> Standing:  # noqa: ARG002 - the protocol asks for it
        """Return that it is well."""
        return Standing.WELL


EVERYBODY_WELL = _Insisted()


def blocked(health: HealthMirror, attempts: Attempts) -> list[Blocked]:
    """Return, for each way that is left, who keeps it closed; of the first some hundred."""
    if not health:
        return []
    ways = islice(attempts.left(), _MOST_LOOKED_AT)
    found = (_held(health, [candidate.subject, *subjects_of(candidate, key)]) for candidate, key in ways)
    return [each for each in found if each is not None]


def _held(health: HealthMirror, subjects: list[str]) -> Blocked | None:
    """Return the one of a way's subjects that is held longest, None if none is."""
    cooling = [subject for subject in subjects if health.of(subject) is Standing.COOLING]
    if not cooling:
        return None
    last = max(cooling, key=lambda subject: health.back_in_ms([subject]))
    known = health.health(last)
    reason = known.reason if known is not None else ""
    return Blocked(last, reason, health.back_in_ms([last]), reason)
