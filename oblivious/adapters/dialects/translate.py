"""What a dialect can do with traffic that changes its dialect: requests, answers and streams."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from oblivious.adapters.chat.events import ChatEvent
from oblivious.adapters.chat.parts import Part
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.providers.provider import Provider
from oblivious.contracts.errors import UpstreamError


class Target(NamedTuple):
    """Whom a request is written for."""

    provider: Provider
    model: str


class Outgoing(NamedTuple):
    """A request as it goes up.

    Attributes:
        path: below the base URL: `messages`.
        query: what follows the question mark, without it.
    """

    path: str
    body: bytes
    plan: UpstreamPlan
    query: bytes = b""


class Decoder(Protocol):
    """Reads the stream of one attempt."""

    def feed(self, data: bytes) -> Iterable[ChatEvent]:
        """Return what the data of one event says; never raises, `Failed` says what is no event."""
        ...

    def finish(self) -> Iterable[ChatEvent]:
        """Return what the end of the upstream's bytes says: `Ended` in a dialect without a terminator."""
        ...


class Encoder(Protocol):
    """Writes the stream of one attempt.

    An encoder whose blocks follow each other keeps later parts back until the open one closes. It says what
    ends a stream well at `Ended`, not before, and writes nothing for `Failed`: errors are the road's to say.
    """

    def feed(self, event: ChatEvent) -> bytes:
        """Return what the client gets for it, b"" for nothing."""
        ...


class TranslateFace(Protocol):
    """One instance a dialect, without state.

    Attributes:
        fetches: the kinds of media whose web URLs go up as they are: its upstreams fetch them, or take no
            such medium in any form. Media of other kinds are fetched before, and written as data.
        keeps_state: what its upstreams sign is good only at the account that signed it.
        keeps_urls: how web URLs begin that stay as they are, whatever the kind.
    """

    name: str
    fetches: frozenset[type[Part]]
    keeps_urls: tuple[str, ...]
    keeps_state: bool

    def read_request(self, envelope: Envelope) -> tuple[ChatRequest, ClientPlan]:
        """Read what a client asks for.

        Raises:
            InvalidRequest: names the field that is not what the dialect asks for.
        """
        ...

    def write_request(self, request: ChatRequest, target: Target) -> Outgoing:
        """Write it for an upstream.

        Raises:
            InvalidRequest: names what this dialect or provider cannot do.
        """
        ...

    def read_response(self, body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
        """Read an upstream's answer; never raises: what is none comes back as the error that it is."""
        ...

    def write_response(self, response: ChatResponse, plan: ClientPlan) -> bytes:
        """Write it for a client."""
        ...

    def decoder(self, plan: UpstreamPlan) -> Decoder:
        """Return a fresh decoder."""
        ...

    def encoder(self, plan: ClientPlan) -> Encoder:
        """Return a fresh encoder."""
        ...
