"""Step 10: the end, the same on success, error and disconnect; nothing in it waits, so nothing stops it."""

import time

from oblivious.channels.judge import judge
from oblivious.contracts.errors import RelayError, UpstreamError
from oblivious.contracts.events import Ended
from oblivious.contracts.meters import Need
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.limits import corrections
from oblivious.gateway.road.meter import metered
from oblivious.gateway.road.parts import Road
from oblivious.gateway.road.report import report
from oblivious.gateway.road.shares import leave_channel
from oblivious.gateway.road.steps import note_tried
from oblivious.infra.telemetry import families


def end(road: Road, exchange: Exchange) -> None:
    """Close the books: journal, meters, metrics, one log line. It counts once, however often it is called."""
    if exchange.ended:
        return
    exchange.ended = True
    road.live.pop(exchange.id, None)
    if exchange.error is not None:
        _judge_late(road, exchange, exchange.error)
    try:
        if exchange.opened:
            _write_down(road, exchange)
    finally:  # a bill that can't be made must not keep what is held
        if exchange.need is not None and exchange.holds:
            _give_back(road, exchange, exchange.need)
        leave_channel(road, exchange)
        report(road, exchange)


def _write_down(road: Road, exchange: Exchange) -> None:
    usage, exchange.amount = metered(exchange)
    exchange.usage = usage
    road.journal.append(_ended(exchange))
    if usage.output_tokens and not usage.estimated:
        road.history.add(exchange.envelope.model, usage.output_tokens // exchange.envelope.n)


def _judge_late(road: Road, exchange: Exchange, error: RelayError) -> None:
    """Hold it against a channel when its stream broke off after it had been accepted."""
    candidate, key = exchange.candidate, exchange.key
    if exchange.accepted is None or candidate is None or key is None or not isinstance(error, UpstreamError):
        return
    name = candidate.provider.name
    found = judge(error, name, road.directory.rules.get(name, ()))
    road.health.failed(candidate, key, found)
    road.tally.add(families.UPSTREAM_ERRORS, 1, candidate.name, error.code)
    note_tried(exchange, exchange.first_byte, found.fault, error)


def _give_back(road: Road, exchange: Exchange, need: Need) -> None:
    tokens = exchange.usage.input_tokens + exchange.usage.output_tokens
    road.store.finish(need, exchange.amount, corrections(need.meters, tokens))


def _ended(exchange: Exchange) -> Ended:
    return Ended(
        exchange.id,
        time.time_ns() // 1_000_000,
        exchange.usage,
        exchange.amount,
        exchange.status,
        exchange.reason,
        int((exchange.first_byte - exchange.arrived) * 1000) if exchange.first_byte else 0,
        int((time.monotonic() - exchange.arrived) * 1000),
        exchange.attempt_id,
        exchange.trace,
    )
