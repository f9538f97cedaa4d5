"""Where a request body ends: by its length, or by its chunks."""

import re
from typing import Protocol

_SIZE = re.compile(rb"[0-9A-Fa-f]{1,12}")
_MAX_LINE = 4096


class BadRequest(Exception):
    """What came is not a request of HTTP/1.1 that we take; the connection can't go on."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Framing(Protocol):
    """Takes one body out of a buffer, in as many goes as it needs."""

    def take(self, buffer: bytearray) -> bytes | None:
        """Return the body once it is whole; what belongs to it is gone from `buffer`."""
        ...


class Sized:
    """A body of a known length in bytes; none at all is a length of 0."""

    def __init__(self, length: int) -> None:
        self._length = length

    def take(self, buffer: bytearray) -> bytes | None:
        """Return the body once all its bytes are there."""
        if len(buffer) < self._length:
            return None
        body = bytes(buffer[: self._length])
        del buffer[: self._length]
        return body


class Chunked:
    """A body in chunks; trailers are read and forgotten."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._body = bytearray()
        self._in_trailers = False

    def take(self, buffer: bytearray) -> bytes | None:
        """Return the body once its last chunk and the trailers are there.

        Raises:
            BadRequest: a chunk is malformed, or the body too large.
        """
        while not self._in_trailers:
            if not self._take_chunk(buffer):
                return None
        while (line := _line(buffer)) is not None:
            del buffer[: len(line) + 2]
            if not line:
                return bytes(self._body)
        return None

    def _take_chunk(self, buffer: bytearray) -> bool:
        line = _line(buffer)
        if line is None:
            return False
        text = line.split(b";", 1)[0].strip()
        if not _SIZE.fullmatch(text):
            raise BadRequest(400, "A chunk of the body has no size.")
        size, start = int(text, 16), len(line) + 2
        if len(self._body) + size > self._max_bytes:
            raise BadRequest(413, "The body is too large.")
        if size == 0:
            self._in_trailers = True
            del buffer[:start]
            return True
        return self._take_data(buffer, start, size)

    def _take_data(self, buffer: bytearray, start: int, size: int) -> bool:
        end = start + size
        if len(buffer) < end + 2:
            return False
        if not buffer.startswith(b"\r\n", end):
            raise BadRequest(400, "A chunk of the body is longer than it says.")
        self._body += buffer[start:end]
        del buffer[: end + 2]
        return True


def _line(buffer: bytearray) -> bytes | None:
    end = buffer.find(b"\r\n", 0, _MAX_LINE)
    if end >= 0:
        return bytes(buffer[:end])
    if len(buffer) >= _MAX_LINE:
        raise BadRequest(400, "A line between the chunks of the body is too long.")
    return None
