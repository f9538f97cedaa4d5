"""How the answer of one attempt comes back to the client: in its own dialect, or translated."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from oblivious.adapters.chat.owners import answer_signed_off, states_of
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.state import blob_key
from oblivious.adapters.dialects.dropped import header_of
from oblivious.adapters.dialects.face import Answer, Edits, Envelope, Headers, RelayFace
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.translate import ClientFace, UpstreamFace
from oblivious.adapters.dialects.translator import Translator, wordless
from oblivious.contracts.errors import UpstreamError

_TYPE = b"content-type"
_JSON = b"application/json"

Told = Sequence[tuple[bytes, bytes]]
"""A provider's headers, with names in lower case."""


class Way(Protocol):
    """One for each attempt."""

    def stream(self) -> Stream:
        """Return what the chunks of a stream go through."""
        ...

    def whole(self, body: bytes, headers: Told = ()) -> tuple[Answer, bytes]:
        """Read an answer that is no stream; return what it says, and its body for the client.

        Some providers tell in their `headers` what their body does not.
        """
        ...

    def read_error(self, status: int, headers: Headers, body: bytes) -> UpstreamError:
        """Say in the words of our tree what the provider answered; never raises."""
        ...

    def response_headers(self, headers: Headers, *, streamed: bool) -> Headers:
        """Return the headers that come down."""
        ...


class SameWay(NamedTuple):
    """The client's own dialect: bytes as they came, but for the edits."""

    face: RelayFace
    envelope: Envelope
    edits: Edits

    def stream(self) -> Stream:
        """See `Way.stream`."""
        return self.face.framed(self.face.scanner(self.envelope, self.edits))

    def whole(self, body: bytes, headers: Told = ()) -> tuple[Answer, bytes]:  # noqa: ARG002 - a way's
        """See `Way.whole`."""
        answer = self.face.read_json(self.envelope.endpoint, body)
        if self.envelope.threaded and answer.name:
            answer = answer._replace(bindings=(*answer.bindings, answer.name))
        return answer, body if answer.error else self.face.inbound(self.envelope, self.edits, body)

    def read_error(self, status: int, headers: Headers, body: bytes) -> UpstreamError:
        """See `Way.read_error`."""
        return self.face.read_error(status, headers, body)

    def response_headers(self, headers: Headers, *, streamed: bool) -> Headers:  # noqa: ARG002 - a way's
        """See `Way.response_headers`."""
        return self.face.response_headers(headers)


class TranslatedWay(NamedTuple):
    """Another dialect, by way of the neutral chat.

    Attributes:
        account: who makes the states of the answer, where nobody else can read them; else empty.
    """

    client_face: RelayFace
    client: ClientFace
    client_plan: ClientPlan
    upstream: UpstreamFace
    upstream_plan: UpstreamPlan
    account: str = ""

    def stream(self) -> Stream:
        """See `Way.stream`."""
        translator = Translator(
            self.upstream.decoder(self.upstream_plan), self.client.encoder(self.client_plan), self.account
        )
        return self.client_face.framed(translator)

    def whole(self, body: bytes, headers: Told = ()) -> tuple[Answer, bytes]:  # noqa: ARG002 - a way's
        """See `Way.whole`."""
        response = self.upstream.read_response(body, self.upstream_plan)
        if isinstance(response, UpstreamError):
            return Answer(error=wordless(response)), b""
        bindings: tuple[str, ...] = ()
        if self.account:
            bindings = tuple(blob_key(state.data) for state in states_of(response))
            response = answer_signed_off(response, self.account)
        return Answer(response.usage, bindings), self.client.write_response(response, self.client_plan)

    def read_error(self, status: int, headers: Headers, body: bytes) -> UpstreamError:
        """See `Way.read_error`."""
        return wordless(self.upstream.read_error(status, headers, body))

    def response_headers(self, headers: Headers, *, streamed: bool) -> Headers:  # noqa: ARG002 - a way's
        """See `Way.response_headers`; what the provider could not be told is named."""
        down = [(_TYPE, self.client_face.stream_type if streamed else _JSON)]
        if self.upstream_plan.dropped:
            down.append(header_of(self.upstream_plan.dropped))
        return down
