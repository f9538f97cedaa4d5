"""How reports change a subject's health: pure, and the specification of the script that does it in Redis."""

from typing import Final

import msgspec
from msgspec.structs import replace

from oblivious.infra.state.board.protocol import BAD, GOOD, WELL, Health, Report, Rules

LONGEST_HOLD_MS: Final = 31 * 86_400_000
"""No hold is longer, whatever is asked for: quotas begin anew each month at the latest."""

KEPT_MS: Final = 86_400_000
"""How long outcomes and an open breaker are remembered of which nothing more is heard."""

MOST_SUBJECTS: Final = 50_000
"""How many subjects a board knows; beyond that it forgets those of whom it heard least."""

LONGEST_SUBJECT: Final = 512
"""A subject with a longer name, in characters, has no health: names may be clients'."""

CALM_HOLDS: Final = 4
"""A row of holds ends after as many times its last hold, if that is longer than the rules' own time."""

MOST_DOUBLINGS: Final = 40
_LONGEST_REASON = 200


class _Moment(msgspec.Struct, frozen=True, gc=False):
    """When and by which rules a report is judged, and its reason."""

    now_ms: int
    rules: Rules
    reason: str


def next_health(health: Health | None, report: Report, now_ms: int, rules: Rules) -> Health | None:
    """Return a subject's health after a report; None if there is nothing worth keeping."""
    moment = _Moment(now_ms, rules, plain(report.reason))
    after = _calmed(health or WELL, moment)
    for outcome in report.outcomes:
        after = _after_outcome(after, outcome, moment)
    if report.hold_ms is not None:
        after = _after_request(after, report.hold_ms, moment)
    return None if after == WELL else after


def kept_until_ms(health: Health, now_ms: int, rules: Rules) -> int:
    """Return the last moment at which a health of now still says something, if no report comes."""
    if health.open or health.window:
        return max(now_ms, health.until_ms) + KEPT_MS
    return health.until_ms + _calm_ms(health, rules)


def plain(reason: str) -> str:
    """Return a reason as it is kept: short, and text that can be written as UTF-8."""
    return reason[:_LONGEST_REASON].encode(errors="replace").decode()


def nameable(subject: str) -> bool:
    """Whether a board keeps anything of a subject with this name."""
    return len(subject) <= LONGEST_SUBJECT


def _calm_ms(health: Health, rules: Rules) -> int:
    return max(rules.calm_ms, CALM_HOLDS * health.hold_ms)


def _calmed(health: Health, moment: _Moment) -> Health:
    """Forget a row of holds that is over; it is not while the breaker is open: nobody has seen it well."""
    if health.open or moment.now_ms <= health.until_ms + _calm_ms(health, moment.rules):
        return health
    return Health(window=health.window)


def _after_outcome(health: Health, outcome: str, moment: _Moment) -> Health:
    if not health.open:
        return _counted(health, outcome, moment)
    if moment.now_ms < health.until_ms:
        # The request had begun before the hold.
        return health
    if outcome == BAD:
        return _backed_off(health, moment)
    # What counts for calm is when it was seen well, not when somebody could have tried.
    return replace(health, open=False, window="", until_ms=moment.now_ms)


def _counted(health: Health, outcome: str, moment: _Moment) -> Health:
    """Add an outcome to a closed breaker's window, and open it if there are too many bad ones."""
    window = (health.window + outcome)[-moment.rules.last :].lstrip(GOOD)
    if window.count(BAD) < moment.rules.bad:
        return replace(health, window=window)
    return replace(_backed_off(health, moment), open=True, window="")


def _after_request(health: Health, hold_ms: int, moment: _Moment) -> Health:
    """Put the hold on it that a report asks for."""
    if hold_ms:
        return _held(health, min(hold_ms, LONGEST_HOLD_MS), moment)
    if health.open and moment.now_ms < health.until_ms:
        return health
    return _backed_off(health, moment)


def _backed_off(health: Health, moment: _Moment) -> Health:
    """Hold it by the back-off: that of the next step, or the same one's again while it is held."""
    step = health.strikes if moment.now_ms >= health.until_ms else max(health.strikes - 1, 0)
    hold_ms = min(moment.rules.first_ms * 2 ** min(step, MOST_DOUBLINGS), moment.rules.most_ms)
    return _held(health, hold_ms, moment)


def _held(health: Health, hold_ms: int, moment: _Moment) -> Health:
    """Hold it for so long, or as long as it is held already; a burst is one strike."""
    now_ms = moment.now_ms
    if now_ms >= health.until_ms:
        health = replace(health, strikes=health.strikes + 1, since_ms=health.since_ms or now_ms)
    if now_ms + hold_ms <= health.until_ms:
        return health
    return replace(health, until_ms=now_ms + hold_ms, hold_ms=hold_ms, reason=moment.reason)
