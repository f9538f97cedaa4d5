"""How embeddings of another dialect come back to the client."""

from oblivious.adapters.dialects.counts import count
from oblivious.adapters.dialects.dropped import header_of
from oblivious.adapters.dialects.face import Answer, Headers
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.translator import wordless
from oblivious.adapters.dialects.ways import Told
from oblivious.adapters.embeddings.face import EmbeddingClient, EmbeddingUpstream
from oblivious.adapters.embeddings.request import EmbeddingRequest, Input
from oblivious.adapters.estimate import tokens_in
from oblivious.contracts.errors import Garbled, UpstreamError
from oblivious.contracts.usage import Usage

_JSON = (b"content-type", b"application/json")
_ESTIMATED = (b"x-oblivious-estimated", b"true")
_LONGEST = 12
"""Digits of a count that anybody can mean."""


class EmbeddingWay:
    """One for each attempt."""

    __slots__ = ("_client", "_dropped", "_estimated", "_request", "_upstream")

    def __init__(
        self,
        client: EmbeddingClient,
        upstream: EmbeddingUpstream,
        request: EmbeddingRequest,
        dropped: list[str],
    ) -> None:
        self._client = client
        self._upstream = upstream
        self._request = request
        self._dropped = dropped
        self._estimated = False

    def stream(self) -> Stream:
        """See `Way.stream`.

        Raises:
            Garbled: always; embeddings come whole.
        """
        raise Garbled("the provider streams embeddings")

    def whole(self, body: bytes, headers: Told = ()) -> tuple[Answer, bytes]:
        """See `Way.whole`; where the upstream does not say what it counted, an estimate is told."""
        answer = self._upstream.read_response(body)
        if isinstance(answer, UpstreamError):
            return Answer(error=wordless(answer)), b""
        found, wanted = len(answer.vectors), len(self._request.inputs)
        if found != wanted:
            return Answer(error=Garbled(f"the provider sent {found} embeddings for {wanted} inputs")), b""
        counted = answer.tokens or _count_in(headers, self._upstream.count_header)
        self._estimated = not counted
        tokens = counted or sum(map(_size, self._request.inputs))
        usage = Usage(tokens, estimated=self._estimated)
        return Answer(usage), self._client.write_response(answer, tokens, self._request)

    def read_error(self, status: int, headers: Headers, body: bytes) -> UpstreamError:
        """See `Way.read_error`."""
        return wordless(self._upstream.read_error(status, headers, body))

    def response_headers(self, headers: Headers, *, streamed: bool) -> Headers:  # noqa: ARG002 - a way's
        """See `Way.response_headers`; what the provider was not told, and what it did not tell, is named."""
        down: Headers = [_JSON]
        if self._dropped:
            down.append(header_of(self._dropped))
        return [*down, _ESTIMATED] if self._estimated else down


def _count_in(headers: Told, name: bytes) -> int:
    """Return a count that a header tells, 0 where none does."""
    found = next((value for header, value in headers if header == name), b"")
    return count(int(found)) if found.isdigit() and len(found) <= _LONGEST else 0


def _size(one: Input) -> int:
    return len(one.tokens) or tokens_in(len(one.text.encode("utf-8", "replace")))
