import pytest

from oblivious.demo.wire.framing import BadRequest
from oblivious.demo.wire.request import Request, RequestReader

HEAD = b"POST /v1/models%2Fa?beta=true HTTP/1.1\r\nHost: x\r\nX-Two: 1\r\nx-two: 2\r\n"
SIZED = HEAD + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n"


def read_all(*pieces: bytes) -> list[Request]:
    reader, requests = RequestReader(max_body_bytes=10), []
    for piece in pieces:
        reader.feed(piece)
        while (request := reader.next_request()) is not None:
            requests.append(request)
    return requests


class TestReading:
    """Requests come out whole, however their bytes come in."""

    @pytest.mark.parametrize("raw", [SIZED, CHUNKED], ids=["sized", "chunked"])
    def test_every_split(self, raw: bytes) -> None:
        """Wherever the bytes are split, the same request comes out."""
        for at in range(1, len(raw)):
            (request,) = read_all(raw[:at], raw[at:])

            assert (request.method, request.path, request.body) == ("POST", "/v1/models/a", b"hello")
            assert request.headers["x-two"] == "1, 2"
            assert request.query == {"beta": "true"}

    def test_pipelined(self) -> None:
        """Two requests in one read are two requests, and a blank line between them is nothing."""
        assert [request.body for request in read_all(SIZED + b"\r\n" + CHUNKED)] == [b"hello", b"hello"]

    @pytest.mark.parametrize(
        ("version", "wish", "kept"),
        [
            ("HTTP/1.1", "", True),
            ("HTTP/1.1", "Connection: Close\r\n", False),
            ("HTTP/1.0", "", False),
            ("HTTP/1.0", "Connection: keep-alive\r\n", True),
        ],
        ids=["1.1", "1.1 close", "1.0", "1.0 keep-alive"],
    )
    def test_keep_alive(self, version: str, wish: str, *, kept: bool) -> None:
        """HTTP/1.1 keeps the connection unless told otherwise, HTTP/1.0 the other way round."""
        (request,) = read_all(f"GET / {version}\r\n{wish}\r\n".encode())

        assert request.keep_alive is kept
        assert request.chunkable is (version == "HTTP/1.1")

    def test_continue_is_owed_once(self) -> None:
        """A client that waits before it sends its body is told to go on, once."""
        reader = RequestReader()
        reader.feed(HEAD + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")

        assert reader.next_request() is None
        assert [reader.owes_continue(), reader.owes_continue()] == [True, False]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nname : 1\r\n\r\n", 400),
        (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        (HEAD + b"Content-Length: -5\r\n\r\n", 400),
        (HEAD + b"Content-Length: 11\r\n\r\n", 413),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0x5\r\n", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhellos\r\n", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nb\r\n", 413),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 5000, 400),
        (b"GET / HTTP/1.1\r\nx: " + b"y" * 70_000, 431),
    ],
    ids=[
        "no request line",
        "other version",
        "no colon",
        "blank before colon",
        "both framings",
        "two lengths",
        "negative length",
        "too long",
        "unknown coding",
        "no chunk size",
        "chunk too long",
        "chunks too long",
        "endless line",
        "endless head",
    ],
)
def test_what_is_no_request(raw: bytes, status: int) -> None:
    """What can't be read for sure is refused, never guessed."""
    with pytest.raises(BadRequest) as caught:
        read_all(raw)

    assert caught.value.status == status
