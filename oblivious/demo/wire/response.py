"""The bytes of a response around its body."""

from http import HTTPStatus

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


CHUNKED = "transfer-encoding: chunked\r\n"
UNTIL_CLOSE = ""


def sized(length: int) -> str:
    """Return the header line of a body of `length` bytes."""
    return f"content-length: {length}\r\n"


def head(status: int, content_type: str, framing: str, more: bytes, *, keep_alive: bool) -> bytes:
    """Return a response's head.

    Args:
        status: the HTTP status.
        content_type: the media type of the body.
        framing: `sized(...)`, CHUNKED or UNTIL_CLOSE.
        more: further header lines, each ended by CRLF.
        keep_alive: whether another request may follow on the connection.
    """
    connection = "keep-alive" if keep_alive else "close"
    lines = (
        f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unnamed')}\r\nserver: oblivious-demo\r\n"
        f"content-type: {content_type}\r\n{framing}connection: {connection}\r\n"
    )
    return lines.encode("ascii") + more + b"\r\n"


def chunk(data: bytes) -> bytes:
    """Return `data` as one chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)
