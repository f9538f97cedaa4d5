"""How outcomes travel: a JSON array of them in a message, with a version that tells how to read it."""

from collections.abc import Iterator, Sequence

import msgspec
from aio_pika import DeliveryMode, Message
from aio_pika.abc import HeadersType

from oblivious.contracts.events import Outcome

CONTENT_TYPE = "application/json"
VERSION = 1
MOST_OUTCOMES = 256
MOST_BYTES = 512 * 1024

_VERSION_HEADER = "oblivious-version"
_REASON_HEADER = "oblivious-reason"
_REASON_LENGTH = 500

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder[list[Outcome]](list[Outcome])


class Undecodable(Exception):
    """A message that this version cannot read."""


def pack(outcomes: Sequence[Outcome]) -> Iterator[bytes]:
    """Yield message bodies that together hold all outcomes, in their order.

    A body has at most `MOST_OUTCOMES` and `MOST_BYTES`, but for a single outcome that is longer.
    """
    parts: list[bytes] = []
    size = 0
    for outcome in outcomes:
        part = _encoder.encode(outcome)
        if parts and (len(parts) == MOST_OUTCOMES or size + len(part) + 2 > MOST_BYTES):
            yield b"[" + b",".join(parts) + b"]"
            parts, size = [], 0
        parts.append(part)
        size += len(part) + 1
    if parts:
        yield b"[" + b",".join(parts) + b"]"


def unpack(body: bytes, headers: HeadersType) -> list[Outcome]:
    """Return a message's outcomes.

    Raises:
        Undecodable: says why.
    """
    version = headers.get(_VERSION_HEADER)
    if version != VERSION:
        raise Undecodable(f"version {version!r} where {VERSION} is known")
    try:
        outcomes: list[Outcome] = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise Undecodable(str(error)) from error
    return outcomes


def fresh_message(body: bytes) -> Message:
    """Wrap a body from `pack` so that it outlives the broker."""
    return _persistent(body, {_VERSION_HEADER: VERSION})


def dead_message(body: bytes, headers: HeadersType, reason: str) -> Message:
    """Wrap a body for the dead letters, with what it came with and why it is there."""
    return _persistent(body, {**_own(headers), _REASON_HEADER: reason[:_REASON_LENGTH]})


def dead_outcome(outcome: Outcome, reason: str) -> Message:
    """Wrap one outcome for the dead letters."""
    return dead_message(_encoder.encode([outcome]), {_VERSION_HEADER: VERSION}, reason)


def revived_message(body: bytes, headers: HeadersType) -> Message:
    """Wrap a dead letter's body to be tried again, with what it first came with."""
    own = _own(headers)
    own.pop(_REASON_HEADER, None)
    return _persistent(body, own)


def reason_of(headers: HeadersType) -> str:
    """Return why a message is among the dead letters."""
    return str(headers.get(_REASON_HEADER, "unknown"))


def _own(headers: HeadersType) -> HeadersType:
    """Leave out what brokers add on the way."""
    return {name: value for name, value in headers.items() if name.startswith("oblivious-")}


def _persistent(body: bytes, headers: HeadersType) -> Message:
    return Message(
        body,
        headers=headers,
        content_type=CONTENT_TYPE,
        delivery_mode=DeliveryMode.PERSISTENT,
    )
