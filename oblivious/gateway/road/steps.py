"""The trace of an exchange: who was tried, who was passed over, and why."""

import time

from oblivious.channels.pick import Choice
from oblivious.contracts.errors import UpstreamError
from oblivious.contracts.events import Tried
from oblivious.gateway.road.exchange import Exchange

_MOST = 100
"""Steps that are kept; an exchange that has more of them says the same again."""


def note_answered(exchange: Exchange, began: float) -> None:
    """Note an attempt that went well: a step only where there is more to tell than that."""
    if exchange.trace or exchange.shaped or exchange.stood_in:
        note_tried(exchange, began, "ok")
    else:
        exchange.answered = began, time.monotonic()


def note_tried(exchange: Exchange, began: float, outcome: str, failure: UpstreamError | None = None) -> None:
    """Note an attempt that began at a time of the monotonic clock and is over now."""
    if exchange.answered is not None:
        _add(exchange, _step(exchange, *exchange.answered, "ok"))
        exchange.answered = None
    _add(exchange, _step(exchange, began, time.monotonic(), outcome, failure))


def note_waited(exchange: Exchange, began: float) -> None:
    """Note that everybody was full, or told to slow down, from a time of the monotonic clock until now."""
    at_ms, ms = int((began - exchange.arrived) * 1000), int((time.monotonic() - began) * 1000)
    _add(exchange, Tried("", 0, "", "waited", at_ms, ms))


def note_passed(exchange: Exchange, choice: Choice, outcome: str, reason: str) -> None:
    """Note somebody who was chosen and not asked."""
    at_ms = int((time.monotonic() - exchange.arrived) * 1000)
    candidate, key = choice.candidate, choice.key
    model = candidate.upstream_model
    _add(exchange, Tried(candidate.name, key.id, model, outcome, at_ms, reason=reason))


def _step(
    exchange: Exchange, began: float, over: float, outcome: str, failure: UpstreamError | None = None
) -> Tried:
    candidate, key = exchange.candidate, exchange.key
    return Tried(
        candidate.name if candidate else "",
        key.id if key else 0,
        candidate.upstream_model if candidate else "",
        outcome,
        int((began - exchange.arrived) * 1000),
        int((over - began) * 1000),
        exchange.attempt_id,
        failure.upstream_status or 0 if failure else 0,
        failure.message if failure else "",
        tuple(str(one) for one in exchange.shaped),
    )


def _add(exchange: Exchange, step: Tried) -> None:
    if len(exchange.trace) < _MOST:
        exchange.trace = (*exchange.trace, step)
