"""Reads requests of HTTP/1.1 out of the bytes of one connection; no I/O."""

import re
from urllib.parse import parse_qsl, unquote

import msgspec

from oblivious.demo.wire.framing import BadRequest, Chunked, Framing, Sized

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 128 * 1024 * 1024
_VERSIONS = ("HTTP/1.1", "HTTP/1.0")


class Head(msgspec.Struct):
    """The first lines of a request; header names are lower case, repeated ones are joined by commas."""

    method: str
    target: str
    version: str
    headers: dict[str, str]


class Request(msgspec.Struct):
    """One whole request.

    Attributes:
        path: decoded, without the query.
        query: what follows it; of a name that is given twice, the last value.
        target: both, as they were sent.
        chunkable: whether the client reads a chunked answer; one of HTTP/1.0 does not.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    keep_alive: bool = True
    chunkable: bool = True
    query: dict[str, str] = {}
    target: str = ""


class RequestReader:
    """Gets bytes as they come, gives requests one after the other."""

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._max_body_bytes = max_body_bytes
        self._buffer = bytearray()
        self._head: Head | None = None
        self._framing: Framing = Sized(0)
        self._owes_continue = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the connection."""
        self._buffer += data

    def next_request(self) -> Request | None:
        """Return the next request if all of it has come.

        Raises:
            BadRequest: the connection can only be closed.
        """
        if self._head is None:
            self._head = self._take_head()
            if self._head is None:
                return None
            self._framing = _framing(self._head.headers, self._max_body_bytes)
            self._owes_continue = self._head.headers.get("expect", "").lower() == "100-continue"
        body = self._framing.take(self._buffer)
        if body is None:
            return None
        head, self._head, self._owes_continue = self._head, None, False
        return _request(head, body)

    def owes_continue(self) -> bool:
        """Tell, once for a request, whether its client waits for `100 Continue` before it sends the body."""
        owed, self._owes_continue = self._owes_continue, False
        return owed

    def _take_head(self) -> Head | None:
        while self._buffer.startswith(b"\r\n"):
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n", 0, _MAX_HEAD_BYTES)
        if end < 0:
            if len(self._buffer) >= _MAX_HEAD_BYTES:
                raise BadRequest(431, "The head of the request is too large.")
            return None
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        return _head(lines)


def _head(lines: list[str]) -> Head:
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2] not in _VERSIONS or not _TOKEN.fullmatch(parts[0]):  # noqa: PLR2004 - method, target, version
        raise BadRequest(400, "The first line is not one of an HTTP/1.1 request.")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name):
            raise BadRequest(400, "A header line is malformed.")
        key, value = name.lower(), value.strip()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return Head(parts[0], parts[1], parts[2], headers)


def _framing(headers: dict[str, str], max_bytes: int) -> Framing:
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is None:
        return Sized(_length(length, max_bytes)) if length is not None else Sized(0)
    if length is not None or coding.lower() != "chunked":
        raise BadRequest(400, "The body has no single, known framing.")
    return Chunked(max_bytes)


def _length(text: str, max_bytes: int) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BadRequest(400, "Content-Length is not one number.")
    length = int(text)
    if length > max_bytes:
        raise BadRequest(413, "The body is too large.")
    return length


def _request(head: Head, body: bytes) -> Request:
    wish = head.headers.get("connection", "").lower()
    modern = head.version == "HTTP/1.1"
    path, _, query = head.target.partition("?")
    return Request(
        head.method,
        unquote(path),
        head.headers,
        body,
        keep_alive="close" not in wish if modern else "keep-alive" in wish,
        chunkable=modern,
        query=dict(parse_qsl(query)) if query else {},
        target=head.target,
    )
