"""What the operator learns of an exchange: its numbers and its one log line."""

import time

import msgspec

from oblivious.contracts.usage import Usage
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Road
from oblivious.infra.telemetry import families
from oblivious.infra.telemetry.tally import Tally


class ExchangeLine(msgspec.Struct, gc=False, omit_defaults=True):
    """The log line of an exchange; times in milliseconds, `amount` in nano-USD."""

    timestamp: str
    event: str
    level: str
    exchange_id: str
    request_id: str
    endpoint: str
    model: str
    status: int
    total_ms: float
    first_byte_ms: float = 0
    stream: bool = False
    channel: str = ""
    attempt_id: str = ""
    attempts: int = 0
    key_id: int = 0
    user_id: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    amount: int = 0
    estimated: bool = False
    reason: str = ""
    message: str = ""


def report(road: Road, exchange: Exchange) -> None:
    """Count the exchange and write its log line."""
    total_ms = (time.monotonic() - exchange.arrived) * 1000
    _count(road.tally, exchange, total_ms)
    road.log(_line(exchange, total_ms))


def _count(tally: Tally, exchange: Exchange, total_ms: float) -> None:
    endpoint, model = exchange.endpoint.name, exchange.model if exchange.candidates else ""
    stream = "yes" if exchange.stream else "no"
    tally.add(families.REQUESTS, 1, endpoint, model, str(exchange.status), exchange.reason)
    tally.observe(families.LATENCY, total_ms, endpoint, stream)
    if exchange.first_byte:
        first_byte_ms = (exchange.first_byte - exchange.arrived) * 1000
        tally.observe(families.FIRST_BYTE, first_byte_ms, endpoint, stream)
    if exchange.usage.input_tokens or exchange.usage.output_tokens:
        _count_tokens(tally, exchange.usage, model)
    if exchange.amount:
        tally.add(families.AMOUNT, exchange.amount, model)
    if exchange.attempts > 1 and exchange.accepted is not None:
        tally.add(families.FAILOVERS, 1)


def _count_tokens(tally: Tally, usage: Usage, model: str) -> None:
    tally.add(families.TOKENS, usage.input_tokens, model, "input")
    tally.add(families.TOKENS, usage.output_tokens, model, "output")
    if usage.cache_read_tokens:
        tally.add(families.TOKENS, usage.cache_read_tokens, model, "cache_read")


_second = 0
_second_text = ""


def _timestamp() -> str:
    """Return the time in ISO 8601; the second is formatted once."""
    global _second, _second_text
    now = time.time()
    whole = int(now)
    if whole != _second:
        _second, _second_text = whole, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
    return f"{_second_text}.{int((now - whole) * 1e6):06d}Z"


def _line(exchange: Exchange, total_ms: float) -> ExchangeLine:
    usage, caller = exchange.usage, getattr(exchange, "caller", None)
    return ExchangeLine(
        timestamp=_timestamp(),
        event="exchange",
        level="info" if exchange.status < 500 else "warning",  # noqa: PLR2004
        exchange_id=exchange.id,
        request_id=exchange.request_id,
        endpoint=exchange.endpoint.name,
        model=exchange.model,
        status=exchange.status,
        total_ms=round(total_ms, 3),
        first_byte_ms=round((exchange.first_byte - exchange.arrived) * 1000, 3) if exchange.first_byte else 0,
        stream=exchange.stream,
        channel=exchange.candidate.name if exchange.candidate else "",
        attempt_id=exchange.attempt_id,
        attempts=exchange.attempts,
        key_id=caller.key_id if caller else 0,
        user_id=caller.user_id if caller else 0,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        amount=exchange.amount,
        estimated=usage.estimated,
        reason=exchange.reason,
        message=exchange.error.message if exchange.error else "",
    )
