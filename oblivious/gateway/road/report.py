"""What the operator learns of an exchange: its numbers and its one log line."""

import time
from functools import lru_cache

import msgspec

from oblivious.contracts.events import Tried
from oblivious.gateway.road.exchange import Exchange
from oblivious.gateway.road.parts import Road
from oblivious.infra.telemetry import families
from oblivious.infra.telemetry.tally import Tally, observe

Kind = tuple[str, str, str, str, str]
"""Endpoint, model, status, reason and whether it streams."""


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
    client: str = ""
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
    affinity: str = ""
    trace: tuple[Tried, ...] = ()


def report(road: Road, exchange: Exchange) -> None:
    """Count the exchange and write its log line."""
    total_ms = (time.monotonic() - exchange.arrived) * 1000
    _count(road.tally, exchange, total_ms)
    road.log(_line(exchange, total_ms))


class _Cells:
    """The series that an exchange of one kind changes, found once."""

    __slots__ = ("amount", "first_byte", "input", "latency", "output", "requests")

    def __init__(self, tally: Tally, kind: Kind) -> None:
        endpoint, model, status, reason, stream = kind
        self.requests = tally.cell(families.REQUESTS, endpoint, model, status, reason)
        self.latency = tally.cell(families.LATENCY, endpoint, stream)
        self.first_byte = tally.cell(families.FIRST_BYTE, endpoint, stream)
        self.input = tally.cell(families.TOKENS, model, "input")
        self.output = tally.cell(families.TOKENS, model, "output")
        self.amount = tally.cell(families.AMOUNT, model)


@lru_cache(4096)
def _cells(tally: Tally, kind: Kind) -> _Cells:
    return _Cells(tally, kind)


def _count(tally: Tally, exchange: Exchange, total_ms: float) -> None:
    model = exchange.envelope.model if exchange.candidates else ""
    stream = "yes" if exchange.envelope.stream else "no"
    cells = _cells(tally, (exchange.endpoint.name, model, str(exchange.status), exchange.reason, stream))
    cells.requests.value += 1
    observe(cells.latency, families.LATENCY, total_ms)
    if exchange.first_byte:
        observe(cells.first_byte, families.FIRST_BYTE, (exchange.first_byte - exchange.arrived) * 1000)
    usage = exchange.usage
    cells.input.value += usage.input_tokens
    cells.output.value += usage.output_tokens
    cells.amount.value += exchange.amount
    if usage.cache_read_tokens:
        tally.add(families.TOKENS, usage.cache_read_tokens, model, "cache_read")
    if exchange.attempts > exchange.calls and exchange.accepted is not None:
        tally.add(families.FAILOVERS, 1)
    if exchange.affinity is not None:
        _count_affinity(tally, exchange)


def _count_affinity(tally: Tally, exchange: Exchange) -> None:
    """Count how much of the input came from a cache, where a conversation stayed and where it had to move."""
    stayed = "stayed" if len(exchange.trace) <= 1 else "moved"
    usage = exchange.usage
    tally.add(families.AFFINITY, usage.input_tokens, stayed, "input")
    tally.add(families.AFFINITY, usage.cache_read_tokens, stayed, "cache_read")


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
    usage, caller, envelope = exchange.usage, exchange.caller, exchange.envelope
    return ExchangeLine(
        _timestamp(),
        "exchange",
        "info" if exchange.status < 500 else "warning",  # noqa: PLR2004
        exchange.id,
        exchange.request_id,
        exchange.endpoint.name,
        envelope.model,
        exchange.status,
        round(total_ms, 3),
        round((exchange.first_byte - exchange.arrived) * 1000, 3) if exchange.first_byte else 0,
        envelope.stream,
        exchange.client,
        exchange.candidate.name if exchange.candidate else "",
        exchange.attempt_id,
        exchange.attempts,
        caller.key_id,
        caller.user_id,
        usage.input_tokens,
        usage.output_tokens,
        exchange.amount,
        usage.estimated,
        exchange.reason,
        exchange.error.message if exchange.error else "",
        exchange.affinity.source if exchange.affinity else "",
        exchange.trace,
    )
