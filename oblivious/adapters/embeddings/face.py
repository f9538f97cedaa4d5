"""What a dialect can do with embeddings that change their dialect."""

from collections.abc import Callable
from typing import NamedTuple

from oblivious.adapters.chat.treatment import Treatments
from oblivious.adapters.dialects.face import Envelope, Headers
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.dialects.headers import USER_AGENT
from oblivious.adapters.dialects.translate import Target
from oblivious.adapters.embeddings.answer import EmbeddingAnswer
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.contracts.errors import UpstreamError


class WrittenEmbeddings(NamedTuple):
    """A request as it goes up.

    Attributes:
        path: below the base URL.
        dropped: what the upstream could not be told, by its neutral name.
    """

    path: str
    body: bytes
    dropped: list[str]


class EmbeddingClient(NamedTuple):
    """What a dialect does for its clients.

    Attributes:
        read_request: reads what a client asks for. Raises InvalidRequest, which names the field.
        write_response: writes an answer for the client that asked so; the count is of its input tokens.
    """

    name: str
    read_request: Callable[[Envelope], EmbeddingRequest]
    write_response: Callable[[EmbeddingAnswer, int, EmbeddingRequest], bytes]


class EmbeddingUpstream(NamedTuple):
    """What a dialect does with its upstreams; inputs are spelled out before they come here.

    Attributes:
        treatments: what becomes of the members that not every dialect has.
        write_request: writes a request. Raises InvalidRequest, which names what cannot be had there.
        read_response: reads an upstream's answer; never raises: what is none comes back as an error.
        read_error: says in the words of our tree what an upstream refused with; never raises.
        always: headers that go up with every request.
        count_header: of an answer: tells how many tokens went in, where the body does not.
    """

    name: str
    treatments: Treatments
    write_request: Callable[[EmbeddingRequest, Target], WrittenEmbeddings]
    read_response: Callable[[bytes], EmbeddingAnswer | UpstreamError]
    read_error: Callable[[int, Headers, bytes], UpstreamError] = read_error
    always: Headers = [USER_AGENT]  # noqa: RUF012 - never changed
    count_header: bytes = b""
