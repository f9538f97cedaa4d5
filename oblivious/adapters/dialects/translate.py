"""What a dialect can do with traffic that changes its dialect: requests, answers and streams."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from oblivious.adapters.chat.events import ChatEvent
from oblivious.adapters.chat.parts import Part
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.face import Envelope, Headers
from oblivious.adapters.dialects.headers import USER_AGENT
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


class ClientFace(NamedTuple):
    """What a dialect does for its clients, where the upstream speaks another one.

    Attributes:
        read_request: reads what a client asks for. Raises InvalidRequest, which names the field that is not
            what the dialect asks for.
        write_response: writes an answer for a client.
        encoder: returns a fresh one.
    """

    name: str
    read_request: Callable[[Envelope], tuple[ChatRequest, ClientPlan]]
    write_response: Callable[[ChatResponse, ClientPlan], bytes]
    encoder: Callable[[ClientPlan], Encoder]


class UpstreamFace(NamedTuple):
    """What a dialect does with its upstreams, where the client speaks another one.

    Attributes:
        fetches: the kinds of media whose web URLs go up as they are: its upstreams fetch them, or take no
            such medium in any form. Media of other kinds are fetched before, and written as data.
        write_request: writes a request for an upstream. Raises InvalidRequest, which names what this dialect
            or provider cannot do.
        read_response: reads an upstream's answer; never raises: what is none comes back as the error it is.
        decoder: returns a fresh one.
        read_error: says in the words of our tree what an upstream refused with; never raises.
        always: headers that go up with every request.
        keeps_urls: how web URLs begin that stay as they are, whatever the kind.
        keeps_state: what its upstreams sign is good only at the account that signed it.
        one_choice: its answers have one choice; several are had by as many calls, or not at all.
    """

    name: str
    fetches: frozenset[type[Part]]
    write_request: Callable[[ChatRequest, Target], Outgoing]
    read_response: Callable[[bytes, UpstreamPlan], ChatResponse | UpstreamError]
    decoder: Callable[[UpstreamPlan], Decoder]
    read_error: Callable[[int, Headers, bytes], UpstreamError]
    always: Headers = [USER_AGENT]  # noqa: RUF012 - never changed
    keeps_urls: tuple[str, ...] = ()
    keeps_state: bool = False
    one_choice: bool = False
