from httptools import HttpParserError, HttpResponseParser

from oblivious.infra.upstream.errors import Garbage
from oblivious.infra.upstream.limits import Limits

OK = 200
SWITCHING_PROTOCOLS = 101
LOWEST_STATUS = 100

FRAMING = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class _Enough(Exception):
    """Nothing further on this connection belongs to the response."""


class ResponseParser:
    """Bytes of one connection in, the state of its current response out; no I/O.

    Interim responses (1xx) are skipped. Framing that could be read in two ways is refused, most of it by
    llhttp itself. Trailers are read and dropped.

    Attributes:
        begun: the first byte of the final head has come.
        answered: the final head is complete: `status`, `headers` and `coding` are there.
        complete: the whole response has come.
        surplus: something follows the end of the response; the connection must not be used again.
        keep_alive: after `complete`, whether the upstream keeps the connection open.
        body: pieces of the body not yet taken; the taker empties the list in place.
        coding: the content coding in lower case, b"" if there is none.
    """

    __slots__ = (
        "_barren",
        "_fault",
        "_head_only",
        "_http",
        "_limits",
        "_unanswered",
        "_until_close",
        "answered",
        "begun",
        "body",
        "coding",
        "complete",
        "headers",
        "keep_alive",
        "on_body",
        "status",
        "surplus",
    )

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.body: list[bytes] = []
        # The parser calls the list itself: a method of ours in between would cost as much as the parsing.
        self.on_body = self.body.append
        self._http = HttpResponseParser(self)
        self.expect(head_only=False)

    def expect(self, *, head_only: bool) -> None:
        """Make ready for the next response; `head_only` if the request was a HEAD."""
        self._head_only = head_only
        self._fault: Garbage | None = None
        self._unanswered = self._barren = 0
        self._until_close = True
        self.begun = self.answered = self.complete = self.surplus = self.keep_alive = False
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.coding = b""

    def feed(self, data: bytes) -> None:
        """Take the next bytes from the socket.

        Raises:
            Garbage: they are no response we accept; `body` may still hold what came before.
        """
        if not self.answered:
            self._unanswered += len(data)
        try:
            self._http.feed_data(data)
        except HttpParserError as error:
            if not self.complete:
                raise self._fault or Garbage(f"not HTTP: {error}") from None
            self.surplus = True
        if not self.complete:
            self._bound(len(data))

    def end(self) -> bool:
        """Return whether the response is complete now that the upstream has closed its side."""
        if self.answered and self._until_close:
            self.complete = True
        return self.complete

    def _bound(self, size: int) -> None:
        limit = self._limits.header_bytes
        if not self.answered:
            if self._unanswered > limit:
                raise Garbage(f"the response head is above {limit} bytes")
        elif self.body:
            self._barren = 0
        else:
            # Trailers and chunk extensions bring no body, and the parser keeps them in memory.
            self._barren += size
            if self._barren > limit:
                raise Garbage(f"more than {limit} bytes of chunk framing without content")

    # What httptools calls. An exception in here stops it, and comes out of feed_data as an HttpParserError.

    def on_message_begin(self) -> None:
        """A response starts; after the end of ours that is surplus, which nobody asked for."""
        if self.complete:
            raise _Enough
        self.begun = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a field of the head; a trailer is dropped."""
        if not self.answered:
            # llhttp keeps the spaces after a value.
            self.headers.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        """Judge the head."""
        status = self._http.get_status_code()
        if status < OK:
            self._skip_interim(status)
            return
        self.status = status
        self._check_size()
        self._check_framing()
        self.answered = True
        if self._head_only:
            self.complete = True
            raise _Enough

    def on_message_complete(self) -> None:
        """Note the end, or that an interim response is over."""
        if self.answered:
            self.complete = True
            self.keep_alive = self._http.should_keep_alive()
        else:
            self.begun = False
            self.headers.clear()

    def _skip_interim(self, status: int) -> None:
        if status < LOWEST_STATUS or status == SWITCHING_PROTOCOLS:
            self._refuse(f"status {status} has no meaning here")

    def _check_size(self) -> None:
        limits = self._limits
        if len(self.headers) > limits.head_lines:
            self._refuse(f"the response head has more than {limits.head_lines} fields")
        if self._unanswered > limits.header_bytes:
            size = sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > limits.header_bytes:
                self._refuse(f"the response head is above {limits.header_bytes} bytes")

    def _check_framing(self) -> None:
        if not self._http.get_http_version().startswith("1."):
            self._refuse("not HTTP/1")
        codings: list[bytes] = []
        for name, value in self.headers:
            if name not in FRAMING:
                continue
            if name == b"content-encoding":
                codings.append(value.lower())
                continue
            # Two of either kind, or one of each, never get here: llhttp refuses them, all but this one.
            if name == b"transfer-encoding" and (not self._until_close or value.lower() != b"chunked"):
                self._refuse("a transfer coding other than one chunked")
            self._until_close = False
        if codings:
            self.coding = b",".join(codings)

    def _refuse(self, reason: str) -> None:
        self._fault = Garbage(reason)
        raise self._fault
