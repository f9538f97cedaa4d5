from typing import ClassVar

from oblivious.adapters.dialects.edits import client_model
from oblivious.adapters.dialects.endpoint import GEMINI, Endpoint
from oblivious.adapters.dialects.face import Answer, Edits, Envelope, Headers, Rendered
from oblivious.adapters.dialects.gemini import answer, errors, faults
from oblivious.adapters.dialects.gemini.edits import cuts_of, with_version
from oblivious.adapters.dialects.gemini.endpoints import path_of
from oblivious.adapters.dialects.gemini.envelope import read_envelope
from oblivious.adapters.dialects.gemini.headers import COMES_DOWN, GOES_UP
from oblivious.adapters.dialects.gemini.stream import GenerateReader, GenerateScanner
from oblivious.adapters.dialects.headers import USER_AGENT
from oblivious.adapters.dialects.relay import SameDialect
from oblivious.adapters.dialects.scanner import Scanner
from oblivious.adapters.members import Body, Cut, apply
from oblivious.contracts.errors import InvalidRequest, RelayError, UpstreamError


class Gemini(SameDialect):
    """Contents, embeddings and the counting of tokens, as Google's Gemini API speaks them."""

    name = GEMINI
    # Google's own clients for Python and Go fail at a comment; blank lines mean nothing to any of them.
    ping = b"\r\n\r\n"
    goes_up = GOES_UP
    comes_down = COMES_DOWN
    always: ClassVar[Headers] = [USER_AGENT]

    def envelope(self, endpoint: Endpoint, body: Body) -> Envelope:  # noqa: ARG002 - the protocol's
        """Refuse: see `envelope_at`.

        Raises:
            InvalidRequest: always.
        """
        raise InvalidRequest("the model is in the path: models/{model}:{action}", param="model")

    def envelope_at(self, endpoint: Endpoint, body: Body, model: str, *, stream: bool) -> Envelope:
        """Decode the envelope of a request body; the model and whether to stream stand in its path."""
        return read_envelope(endpoint, body, model, stream=stream)

    def path(self, envelope: Envelope, edits: Edits) -> str:
        """Return the path that goes up, which names the model."""
        return path_of(envelope.endpoint, edits.model or envelope.model, stream=envelope.stream)

    def cuts(self, envelope: Envelope, edits: Edits) -> list[Cut]:
        """Return what changes in the body that goes up, for bodies too large to be rewritten in memory."""
        return cuts_of(envelope, edits)

    def outbound(self, envelope: Envelope, edits: Edits) -> Body:
        """Return the body that goes up: the client's own object where nothing changes."""
        cuts = cuts_of(envelope, edits)
        return apply(envelope.body, cuts) if cuts else envelope.body

    def inbound(self, envelope: Envelope, edits: Edits, body: bytes) -> bytes:
        """Return a JSON answer as the client should see it."""
        return body if edits.model is None else with_version(body, client_model(envelope))

    def scanner(self, envelope: Envelope, edits: Edits) -> Scanner:
        """Return a fresh scanner for the stream of one attempt."""
        model = client_model(envelope) if edits.model is not None else None
        return GenerateScanner(GenerateReader(model=model))

    def read_json(self, _endpoint: Endpoint, body: bytes, /) -> Answer:
        """Read usage, bindings and a hidden error from a JSON answer."""
        return answer.read_answer(body)

    def text_tokens(self, body: bytes) -> int:
        """Estimate the output tokens of a JSON answer by the length of its text."""
        return answer.text_tokens(body)

    def read_error(self, status: int, headers: Headers, body: bytes) -> UpstreamError:
        """Say in the words of our tree what a provider answered; never raises."""
        return faults.read_error(status, headers, body)

    def error(self, error: RelayError, _request_id: str, /) -> Rendered:
        """Say one of our errors in this dialect."""
        return errors.render(error)

    def error_event(self, error: RelayError, _request_id: str, /) -> bytes:
        """Say it in the middle of a stream; nothing follows it."""
        return errors.render_event(error)
