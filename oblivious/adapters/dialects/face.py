"""What every inbound dialect can do with traffic that keeps its dialect."""

from typing import ClassVar, NamedTuple, Protocol

import msgspec

from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.members import Body, Cut, Members
from oblivious.contracts.errors import RelayError, UpstreamError
from oblivious.contracts.usage import Usage

__all__ = [
    "NO_EDITS",
    "Answer",
    "Edits",
    "Endpoint",
    "Envelope",
    "Headers",
    "RelayFace",
    "Rendered",
]

Headers = list[tuple[bytes, bytes]]
"""Names in lower case."""


class Envelope(msgspec.Struct, frozen=True):
    """What the road needs to know of a request body; what lies deeper is the upstream's to judge.

    Attributes:
        members: every top-level member of the body, undecoded.
        max_output_tokens: the client's own limit, None if it set none.
        n: how many answers were asked for.
        wants_usage: the client asked for usage in its stream.
        bindings: keys of what only one upstream account knows: responses, conversations, encrypted reasoning.
        threaded: the provider is to keep the conversation, so that the next request need not repeat it.
    """

    endpoint: Endpoint
    body: Body
    members: Members
    model: str
    stream: bool = False
    max_output_tokens: int | None = None
    n: int = 1
    wants_usage: bool = False
    service_tier: str | None = None
    bindings: tuple[str, ...] = ()
    threaded: bool = False


class Edits(msgspec.Struct, frozen=True):
    """What an attempt changes in the body that goes up, and has to change back in the answer.

    Attributes:
        model: the upstream's name of the model, None if it is the client's; the answer then says the
            client's again.
        include_usage: the provider tells a stream's usage on request: ask for it if the client did not,
            and keep the extra chunk back.
    """

    model: str | None = None
    include_usage: bool = False


NO_EDITS = Edits()


class Answer(NamedTuple):
    """What a JSON answer says to the road.

    Attributes:
        bindings: keys that must lead back to the same upstream account.
        error: the answer is no answer, whatever its status was.
        name: the id by which a conversation can go on, where the provider was told to keep it.
    """

    usage: Usage | None = None
    bindings: tuple[str, ...] = ()
    error: UpstreamError | None = None
    name: str = ""


class Rendered(NamedTuple):
    """An error as a client of the dialect expects it."""

    status: int
    headers: Headers
    body: bytes


class RelayFace(Protocol):
    """One instance a dialect, without state.

    Attributes:
        ping: an event without meaning, that keeps a line alive.
        always: headers that go up with these values where the client sent none.
        stream_type: the media type of its streams.
    """

    name: str
    ping: bytes
    always: ClassVar[Headers]
    stream_type: bytes

    def envelope(self, endpoint: Endpoint, body: Body) -> Envelope:
        """Decode the envelope of a request body.

        Raises:
            InvalidRequest: names the field.
        """
        ...

    def envelope_at(self, endpoint: Endpoint, body: Body, model: str, *, stream: bool) -> Envelope:
        """Decode it where the model, and whether to stream, stand in the path of the request."""
        ...

    def path(self, envelope: Envelope, edits: Edits) -> str:
        """Return the path that goes up, below the version."""
        ...

    def query(self, query: bytes) -> bytes:
        """Return the query that goes up."""
        ...

    def framed(self, stream: Stream) -> Stream:
        """Return a stream of events as the client wants it framed."""
        ...

    def cuts(self, envelope: Envelope, edits: Edits) -> list[Cut]:
        """Return what changes in the body that goes up, for bodies too large to be rewritten in memory."""
        ...

    def outbound(self, envelope: Envelope, edits: Edits) -> Body:
        """Return the body that goes up: the client's own object where nothing changes."""
        ...

    def inbound(self, envelope: Envelope, edits: Edits, body: bytes) -> bytes:
        """Return a JSON answer as the client should see it."""
        ...

    def scanner(self, envelope: Envelope, edits: Edits) -> Stream:
        """Return a fresh scanner for the stream of one attempt."""
        ...

    def read_json(self, endpoint: Endpoint, body: bytes, /) -> Answer:
        """Read usage, bindings and a hidden error from a JSON answer; never raises."""
        ...

    def text_tokens(self, body: bytes) -> int:
        """Estimate the output tokens of a JSON answer by the length of its text."""
        ...

    def read_error(self, status: int, headers: Headers, body: bytes) -> UpstreamError:
        """Say in the words of our tree what a provider answered; never raises."""
        ...

    def error(self, error: RelayError, request_id: str, /) -> Rendered:
        """Say one of our errors in this dialect."""
        ...

    def error_event(self, error: RelayError, request_id: str, /) -> bytes:
        """Say it in the middle of a stream; nothing follows it."""
        ...

    def request_headers(self, headers: Headers, also: frozenset[bytes] = frozenset()) -> Headers:
        """Return what goes up, without the credential; `also` names what this provider knows besides."""
        ...

    def response_headers(self, headers: Headers) -> Headers:
        """Return which of the provider's headers come down."""
        ...
