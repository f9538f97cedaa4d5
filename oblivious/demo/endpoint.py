"""What is known of an endpoint before it answers."""

from collections.abc import Callable, Iterable

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Dialect, Failure, Refusal, Reply
from oblivious.demo.wire.request import Request

Replies = Callable[[Request, Behaviour, Mint], Reply]


class Envelope(msgspec.Struct):
    """What matters of a request before its endpoint reads it."""

    model: str = ""
    stream: bool | None = False


_decode = msgspec.json.Decoder(Envelope).decode


def nothing(_request: Request) -> Envelope:
    """Return the envelope of a request that names no model."""
    return Envelope()


def in_body(request: Request) -> Envelope:
    """Return what a JSON body says.

    Raises:
        Refusal: 400, it is none.
    """
    try:
        return _decode(request.body)
    except msgspec.DecodeError as error:
        raise Refusal(Failure(400, f"The body can't be read: {error}")) from error


class Endpoint(msgspec.Struct, frozen=True):
    """How one path is answered.

    Attributes:
        reply: answers it; raises Refusal.
        envelope: finds the model in a request; raises Refusal.
        key: finds the one among the known keys with which a request is signed, "" if there is none; None
            where keys are presented.
    """

    dialect: Dialect
    reply: Replies
    envelope: Callable[[Request], Envelope] = nothing
    key: Callable[[Request, Iterable[str]], str] | None = None
