"""What a cloud is: endpoints of other vendors, at paths and with bodies of its own."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.endpoint import Endpoint, Envelope
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Failure, Refusal, Reply
from oblivious.demo.wire.request import Request


def _as_it_is(reply: Reply) -> Reply:
    return reply


class Move(msgspec.Struct, frozen=True):
    """How one request comes home.

    Attributes:
        path: the one of the vendor's own API.
        change: makes the request that stands there; raises Refusal.
        after: makes the cloud's answer of the vendor's.
        answers: who does, where the vendor's own API has nothing at the path.
    """

    path: str
    change: Callable[[Request], Request]
    after: Callable[[Reply], Reply] = _as_it_is
    answers: Endpoint | None = None

    def of(self, endpoint: Endpoint) -> Endpoint:
        """Return the endpoint as the cloud has it."""
        own = self.answers or endpoint

        def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
            return self.after(own.reply(self._home(request), behaviour, mint))

        def envelope(request: Request) -> Envelope:
            return own.envelope(self._home(request))

        return Endpoint(own.dialect, reply, envelope)

    def _home(self, request: Request) -> Request:
        return msgspec.structs.replace(self.change(request), path=self.path)


def members(request: Request) -> dict[str, Any]:
    """Return the members of a JSON body.

    Raises:
        Refusal: 400, it has none.
    """
    try:
        return msgspec.json.decode(request.body, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Refusal(Failure(400, f"The body can't be read: {error}")) from error


def with_members(request: Request, changed: dict[str, Any]) -> Request:
    """Return the request with another body."""
    return msgspec.structs.replace(request, body=msgspec.json.encode(changed))
