"""What the relay faces of all dialects have in common."""

from typing import ClassVar

from oblivious.adapters.dialects import edits as editing
from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.envelope import envelope_of
from oblivious.adapters.dialects.face import Edits, Envelope, Headers
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.dialects.headers import upward, upward_query
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.members import Body, Cut
from oblivious.contracts.errors import UpstreamError


class SameDialect:
    """Edits, upstream errors and headers are read alike in every dialect; only the tables differ."""

    goes_up: frozenset[bytes]
    comes_down: frozenset[bytes]
    always: ClassVar[Headers]
    """Headers that go up with these values where the client sent none."""

    stream_type = b"text/event-stream; charset=utf-8"

    def envelope(self, endpoint: Endpoint, body: Body) -> Envelope:
        """Decode the envelope of a request body."""
        return envelope_of(endpoint, body)

    def envelope_at(self, endpoint: Endpoint, body: Body, model: str, *, stream: bool) -> Envelope:  # noqa: ARG002
        """Decode the same: in most dialects the path says nothing."""
        return self.envelope(endpoint, body)

    def path(self, envelope: Envelope, edits: Edits) -> str:  # noqa: ARG002 - few dialects name the model there
        """Return the path that goes up, below the version."""
        return envelope.endpoint.path

    def query(self, query: bytes) -> bytes:
        """Return the query that goes up: all but keys."""
        return upward_query(query)

    def framed(self, stream: Stream) -> Stream:
        """Return a stream of events as the client wants it framed: as it is."""
        return stream

    def cuts(self, envelope: Envelope, edits: Edits) -> list[Cut]:
        """Return what changes in the body that goes up, for bodies too large to be rewritten in memory."""
        return editing.cuts_of(envelope, edits)

    def outbound(self, envelope: Envelope, edits: Edits) -> Body:
        """Return the body that goes up: the client's own object where nothing changes."""
        return editing.outbound(envelope, edits)

    def inbound(self, envelope: Envelope, edits: Edits, body: bytes) -> bytes:
        """Return a JSON answer as the client should see it."""
        return body if edits.model is None else editing.with_model(body, editing.client_model(envelope))

    def read_error(self, status: int, headers: Headers, body: bytes) -> UpstreamError:
        """Say in the words of our tree what a provider answered; never raises."""
        return read_error(status, headers, body)

    def request_headers(self, headers: Headers, also: frozenset[bytes] = frozenset()) -> Headers:
        """Return what goes up, without the credential; `also` names what this provider knows besides."""
        return upward(headers, self.goes_up | also if also else self.goes_up, self.always)

    def response_headers(self, headers: Headers) -> Headers:
        """Return which of the provider's headers come down."""
        return [header for header in headers if header[0] in self.comes_down]
