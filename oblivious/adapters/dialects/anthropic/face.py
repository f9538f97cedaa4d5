from typing import ClassVar

import msgspec

from oblivious.adapters.dialects.anthropic import answer, errors
from oblivious.adapters.dialects.anthropic.bindings import bindings_in, is_threaded
from oblivious.adapters.dialects.anthropic.headers import COMES_DOWN, GOES_UP, VERSION
from oblivious.adapters.dialects.anthropic.stream import MessagesReader
from oblivious.adapters.dialects.edits import client_model
from oblivious.adapters.dialects.endpoint import ANTHROPIC, Endpoint
from oblivious.adapters.dialects.envelope import envelope_of
from oblivious.adapters.dialects.face import Answer, Edits, Envelope, Headers, Rendered
from oblivious.adapters.dialects.headers import USER_AGENT
from oblivious.adapters.dialects.relay import SameDialect
from oblivious.adapters.dialects.scanner import Scanner
from oblivious.adapters.members import Body
from oblivious.contracts.errors import RelayError


class Anthropic(SameDialect):
    """Messages, and the counting of their tokens."""

    name = ANTHROPIC
    ping = b'event: ping\ndata: {"type": "ping"}\n\n'
    goes_up = GOES_UP
    comes_down = COMES_DOWN
    always: ClassVar[Headers] = [USER_AGENT, VERSION]

    def envelope(self, endpoint: Endpoint, body: Body) -> Envelope:
        """Decode the envelope of a request body."""
        envelope = envelope_of(endpoint, body, bindings_in)
        return msgspec.structs.replace(envelope, threaded=True) if is_threaded(envelope.members) else envelope

    def scanner(self, envelope: Envelope, edits: Edits) -> Scanner:
        """Return a fresh scanner for the stream of one attempt."""
        model = client_model(envelope) if edits.model is not None else None
        return Scanner(MessagesReader(model=model, threaded=envelope.threaded))

    def read_json(self, _endpoint: Endpoint, body: bytes, /) -> Answer:
        """Read usage, bindings and a hidden error from a JSON answer."""
        return answer.read_answer(body)

    def text_tokens(self, body: bytes) -> int:
        """Estimate the output tokens of a JSON answer by the length of its text."""
        return answer.text_tokens(body)

    def error(self, error: RelayError, request_id: str, /) -> Rendered:
        """Say one of our errors in this dialect."""
        return errors.render(error, request_id)

    def error_event(self, error: RelayError, request_id: str, /) -> bytes:
        """Say it in the middle of a stream; nothing follows it."""
        return errors.render_event(error, request_id)
