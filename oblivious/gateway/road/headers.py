"""The headers of our answers: who we are to this exchange, and what is left of the caller's limits."""

import re

from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.face import Headers
from oblivious.contracts.meters import Meter, Reading
from oblivious.gateway.road.exchange import Accepted, Exchange

_WELL_FORMED = re.compile(rb"[A-Za-z0-9_.:/+=-]{1,128}")

CHANNEL = b"x-oblivious-channel"
"""In a request: which channel an admin wants; in an answer to an admin: which channel served."""

_MODEL = b"x-oblivious-model"
"""Which model has stood in for the one that was asked for."""

_Names = tuple[bytes, bytes, bytes]

_TOLD: dict[str, _Names] = {
    "rpm": (b"x-ratelimit-limit-requests", b"x-ratelimit-remaining-requests", b"x-ratelimit-reset-requests"),
    "tpm": (b"x-ratelimit-limit-tokens", b"x-ratelimit-remaining-tokens", b"x-ratelimit-reset-tokens"),
}
"""Which meters are told, by the last word of their key; slots in flight have no header of their own."""

STREAM_HEADERS: Headers = [(b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")]
"""So that no proxy keeps back what we pass on at once."""


def request_id_of(headers: dict[bytes, bytes], own: str) -> str:
    """Return the id the answer carries: the client's own if it is well-formed, else ours."""
    given = headers.get(b"x-request-id")
    if given and _WELL_FORMED.fullmatch(given):
        return given.decode("ascii")
    return own


def id_headers(request_id: str, exchange_id: str, dialect: str) -> Headers:
    """Return the headers by which an answer can be found again."""
    told = request_id.encode()
    headers: Headers = [(b"x-request-id", told), (b"x-oblivious-exchange-id", exchange_id.encode())]
    if dialect == ANTHROPIC:
        headers.append((b"request-id", told))
    return headers


def our_headers(exchange: Exchange) -> Headers:
    """Return what every answer of an exchange carries, errors too."""
    headers = id_headers(exchange.request_id, exchange.id, exchange.face.name)
    if exchange.need is not None and exchange.taken is not None and exchange.need.meters:
        headers += limit_headers(exchange.need.meters, exchange.taken.readings)
    if exchange.stood_in:
        headers.append((_MODEL, exchange.served.encode()))
    if exchange.caller.admin and exchange.candidate is not None:
        headers.append((CHANNEL, exchange.candidate.name.encode()))
    return headers + exchange.cors


def reply_headers(exchange: Exchange, accepted: Accepted) -> Headers:
    """Return the headers of an accepted answer: the upstream's by an allow list, then ours."""
    headers = accepted.way.response_headers(
        accepted.response.headers, streamed=accepted.scanner is not None
    ) + our_headers(exchange)
    return headers + STREAM_HEADERS if accepted.scanner is not None else headers


def limit_headers(meters: tuple[Meter, ...], readings: tuple[Reading, ...]) -> Headers:
    """Return the tightest of the caller's request and token limits, in OpenAI's header names."""
    tightest: dict[_Names, tuple[int, int, int]] = {}
    for meter, reading in zip(meters, readings, strict=True):
        names = _TOLD.get(meter.key.rpartition(":")[2])
        if names is not None:
            left = (reading.remaining, reading.reset_ms, meter.limit)
            if names not in tightest or left < tightest[names]:
                tightest[names] = left
    headers: Headers = []
    for names, (remaining, reset_ms, limit) in tightest.items():
        headers += (
            (names[0], b"%d" % limit),
            (names[1], b"%d" % max(0, remaining)),
            (names[2], b"%dms" % reset_ms),
        )
    return headers
