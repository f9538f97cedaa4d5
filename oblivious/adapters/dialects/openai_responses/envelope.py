from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.envelope import envelope_of
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.openai_responses.bindings import bindings_in
from oblivious.adapters.members import Body
from oblivious.contracts.errors import InvalidRequest


def read_envelope(endpoint: Endpoint, body: Body) -> Envelope:
    """Decode the envelope, and what ties the request to an upstream account.

    Raises:
        InvalidRequest: names the member. A background response without a stream is refused: nobody could
            fetch it here, and its usage would never be known.
    """
    envelope = envelope_of(endpoint, body, bindings_in)
    background = envelope.members.get("background")
    if background is not None and bytes(background) == b"true" and not envelope.stream:
        raise InvalidRequest(
            "`background` needs `stream`: answers can't be fetched later", param="background"
        )
    return envelope
