"""Failures of one channel with two keys, and what is known of it then."""

from oblivious.channels.health import HealthMirror
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from tests.fakes.candidates import candidate

ONE = candidate(1, keys=2)
KEY = ONE.keys[0]
CHANNEL, PAIR = "c1", "k100:model"

BROKE = Verdict(Fault.CONNECT, Scope.CHANNEL, Action.COUNT)
SLOW = Verdict(Fault.RATE, Scope.KEY_MODEL, Action.COOL)
BUSY = Verdict(Fault.OVERLOAD, Scope.KEY_MODEL, Action.COOL)
DEAD = Verdict(Fault.AUTH, Scope.KEY, Action.OFF)


def resting(seconds: int, scope: Scope = Scope.KEY_MODEL) -> Verdict:
    return Verdict(Fault.RATE, scope, Action.COOL, seconds * 1_000)


def open_breaker(mirror: HealthMirror) -> None:
    """Fail as often as it takes."""
    mirror.failed(ONE, KEY, BROKE)
    mirror.failed(ONE, KEY, BROKE)
