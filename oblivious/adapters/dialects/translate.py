"""What a dialect can do with traffic that changes its dialect: requests, answers and streams."""

from collections.abc import Callable, Iterable
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


class TranslateFace(NamedTuple):
    """What a dialect does with traffic that changes its dialect.

    Attributes:
        fetches: the kinds of media whose web URLs go up as they are: its upstreams fetch them, or take no
            such medium in any form. Media of other kinds are fetched before, and written as data.
        read_request: reads what a client asks for. Raises InvalidRequest, which names the field that is not
            what the dialect asks for.
        write_request: writes it for an upstream. Raises InvalidRequest, which names what this dialect or
            provider cannot do.
        read_response: reads an upstream's answer; never raises: what is none comes back as the error it is.
        write_response: writes it for a client.
        decoder, encoder: return a fresh one.
        keeps_urls: how web URLs begin that stay as they are, whatever the kind.
        keeps_state: what its upstreams sign is good only at the account that signed it.
    """

    name: str
    fetches: frozenset[type[Part]]
    read_request: Callable[[Envelope], tuple[ChatRequest, ClientPlan]]
    write_request: Callable[[ChatRequest, Target], Outgoing]
    read_response: Callable[[bytes, UpstreamPlan], ChatResponse | UpstreamError]
    write_response: Callable[[ChatResponse, ClientPlan], bytes]
    decoder: Callable[[UpstreamPlan], Decoder]
    encoder: Callable[[ClientPlan], Encoder]
    keeps_urls: tuple[str, ...] = ()
    keeps_state: bool = False
