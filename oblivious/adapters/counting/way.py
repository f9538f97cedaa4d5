"""How a count of another dialect comes back to the client."""

from typing import NamedTuple

from oblivious.adapters.counting.counter import Counter, told
from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.face import Answer, Headers
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.translate import UpstreamFace
from oblivious.adapters.dialects.translator import wordless
from oblivious.adapters.dialects.ways import Told
from oblivious.adapters.lenient import object_in, part
from oblivious.contracts.errors import Garbled, UpstreamError

_JSON = (b"content-type", b"application/json")


class CountWay(NamedTuple):
    """One for each attempt; `endpoint` is the client's."""

    endpoint: Endpoint
    counter: Counter
    upstream: UpstreamFace

    def stream(self) -> Stream:
        """See `Way.stream`.

        Raises:
            Garbled: always; a count comes whole.
        """
        raise Garbled("the provider streams a count")

    def whole(self, body: bytes, headers: Told = ()) -> tuple[Answer, bytes]:  # noqa: ARG002 - a way's
        """See `Way.whole`."""
        tokens = part(object_in(body)).get(self.counter.member)
        if type(tokens) is not int or tokens < 0:
            return Answer(error=Garbled("the provider's answer is no count of tokens")), b""
        return Answer(), told(self.endpoint, tokens)

    def read_error(self, status: int, headers: Headers, body: bytes) -> UpstreamError:
        """See `Way.read_error`."""
        return wordless(self.upstream.read_error(status, headers, body))

    def response_headers(self, headers: Headers, *, streamed: bool) -> Headers:  # noqa: ARG002 - a way's
        """See `Way.response_headers`."""
        return [_JSON]
