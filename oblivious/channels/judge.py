"""What a failure says of a channel, a key, a pool, or a key for one model: by tables. Pure."""

import enum
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

import msgspec

from oblivious.channels.reading import read
from oblivious.channels.shaping.patience import IGNORING_CASE, GaveUp, Patience, pattern_of
from oblivious.channels.texts import kept
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import (
    BadCredential,
    BrokeOff,
    Garbled,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    Unreachable,
    UpstreamError,
    UpstreamRateLimited,
)


class Fault(enum.StrEnum):
    """The classes of failures."""

    AUTH = "auth"
    BILLING = "billing"
    RATE = "rate"
    OVERLOAD = "overload"
    TIMEOUT = "timeout"
    CONNECT = "connect"
    GARBAGE = "garbage"
    NOT_FOUND = "not_found"
    CONTENT = "content"


class Scope(enum.StrEnum):
    """Whom a failure is held against; POOL means the key where it is in none."""

    CHANNEL = "channel"
    KEY = "key"
    POOL = "pool"
    KEY_MODEL = "key_model"


class Action(enum.StrEnum):
    """What follows from a failure.

    COOL: nobody asks for a while. COUNT: too many of them do the same. OFF: the key is switched off. NOTHING.
    """

    COOL = "cool"
    COUNT = "count"
    OFF = "off"
    NOTHING = "nothing"


class Verdict(NamedTuple):
    """What follows from one failure, and for whom; `hold_ms` is what the provider or a rule asked for."""

    fault: Fault
    scope: Scope
    action: Action
    hold_ms: int | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How an operator has some failures of a provider understood; all that it names must fit.

    Attributes:
        status: the HTTP status.
        word: the provider's own code or type.
        message: a regular expression that is found in its message, in whatever case.
        fault: what it is.
        scope, action: whom it is held against, and what follows; None: as our table has it for such a fault.
        hold_ms: for how long nobody asks; None: as the provider says, or a growing while.
    """

    fault: Fault
    status: Annotated[int, msgspec.Meta(ge=100, le=599)] | None = None
    word: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    message: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    scope: Scope | None = None
    action: Action | None = None
    hold_ms: Annotated[int, msgspec.Meta(ge=1, le=7 * 24 * 3_600_000)] | None = None


_MOST_RULES = 100
_MOST_MESSAGE = 2_000

_FAULTS: dict[type[UpstreamError], Fault] = {
    BadCredential: Fault.AUTH,
    OutOfCredit: Fault.BILLING,
    UpstreamRateLimited: Fault.RATE,
    Overloaded: Fault.OVERLOAD,
    TimedOut: Fault.TIMEOUT,
    Unreachable: Fault.CONNECT,
    BrokeOff: Fault.CONNECT,
    Garbled: Fault.GARBAGE,
    ModelMissing: Fault.NOT_FOUND,
    Refused: Fault.CONTENT,
}

_FOLLOWS: dict[Fault, tuple[Scope, Action]] = {
    Fault.AUTH: (Scope.KEY_MODEL, Action.COOL),
    Fault.BILLING: (Scope.KEY_MODEL, Action.COOL),
    Fault.RATE: (Scope.KEY_MODEL, Action.COOL),
    Fault.OVERLOAD: (Scope.KEY_MODEL, Action.COUNT),
    Fault.TIMEOUT: (Scope.CHANNEL, Action.COUNT),
    Fault.CONNECT: (Scope.CHANNEL, Action.COUNT),
    Fault.GARBAGE: (Scope.CHANNEL, Action.COUNT),
    Fault.NOT_FOUND: (Scope.KEY_MODEL, Action.COOL),
    Fault.CONTENT: (Scope.CHANNEL, Action.NOTHING),
}
"""Auth and billing that are not certain: a bare 403 or a page may be a firewall's, and others may do."""

RATES: Mapping[str, Scope] = {
    "cohere": Scope.KEY,
    "deepseek": Scope.POOL,
    "moonshot": Scope.POOL,
    "moonshot-cn": Scope.POOL,
}
"""Whom a provider's rate limits are about, where it is not one key with one model (read 2026-11-27).

A pool stands for the organisation that its keys share. What is too narrow is learned again at once; what is
too wide turns away work that could have been done.
"""


def judge(failure: UpstreamError, provider: str, rules: Sequence[Rule] = ()) -> Verdict:
    """Say what a failure means; an operator's rules go first, in their order."""
    patience = Patience(0)
    for rule in rules:
        if _fits(rule, failure, patience):
            return _ruled(rule, failure, provider)
    fault = fault_of(failure)
    if failure.certain and fault in {Fault.AUTH, Fault.BILLING}:
        return Verdict(fault, Scope.KEY, Action.OFF)
    scope, action = _usual(fault, provider)
    if action is Action.COUNT and failure.retry_after_ms:
        action = Action.COOL
    return Verdict(fault, scope, action, failure.retry_after_ms if action is Action.COOL else None)


def fault_of(failure: UpstreamError) -> Fault:
    """Return the class of a failure."""
    return next((_FAULTS[kind] for kind in type(failure).__mro__ if kind in _FAULTS), Fault.GARBAGE)


def read_rules(value: object, field: str = "rules") -> tuple[Rule, ...]:
    """Read what an operator says.

    Raises:
        ChangeRefused: names the rule and the member that is wrong: `rules[2].message`.
    """
    rules = read(value, tuple[Rule, ...], field)
    if len(rules) > _MOST_RULES:
        raise ChangeRefused(field, f"holds at most {_MOST_RULES} rules, not {len(rules)}")
    for place, rule in enumerate(rules):
        _check(rule, f"{field}[{place}]")
    return rules


def _check(rule: Rule, place: str) -> None:
    if rule.status is None and not rule.word and not rule.message:
        raise ChangeRefused(place, "names a status, a word or a message, or it would fit every failure")
    if rule.action is Action.OFF and rule.scope not in {None, Scope.KEY}:
        raise ChangeRefused(f"{place}.scope", "is key where the action is off: only keys are switched off")
    for name in ("word", "message"):
        kept(f"{place}.{name}", getattr(rule, name) or "")
    try:
        pattern_of(rule.message or "", IGNORING_CASE)
    except ValueError as error:
        raise ChangeRefused(f"{place}.message", str(error)) from None


def _fits(rule: Rule, failure: UpstreamError, patience: Patience) -> bool:
    if rule.status is not None and rule.status != failure.upstream_status:
        return False
    if rule.word is not None and rule.word != failure.word:
        return False
    return rule.message is None or _is_found(rule.message, failure.message[:_MOST_MESSAGE], patience)


def _is_found(pattern: str, message: str, patience: Patience) -> bool:
    try:
        return patience.finds(pattern_of(pattern, IGNORING_CASE), message)
    except GaveUp:  # whoever waits for this failure waits no longer
        return False


def _ruled(rule: Rule, failure: UpstreamError, provider: str) -> Verdict:
    scope, action = _usual(rule.fault, provider)
    action = rule.action or action
    if action is Action.OFF:
        return Verdict(rule.fault, Scope.KEY, action)
    hold_ms = rule.hold_ms or failure.retry_after_ms
    return Verdict(rule.fault, rule.scope or scope, action, hold_ms if action is Action.COOL else None)


def _usual(fault: Fault, provider: str) -> tuple[Scope, Action]:
    scope, action = _FOLLOWS[fault]
    return (RATES.get(provider, scope), action) if fault is Fault.RATE else (scope, action)
