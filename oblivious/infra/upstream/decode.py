"""Content codings that upstreams use although nobody asked for one."""

import zlib
from collections import deque
from typing import Protocol

from oblivious.infra.upstream.errors import Garbage

IDENTITY = frozenset({b"", b"identity"})
GZIP = frozenset({b"gzip", b"x-gzip"})
DEFLATE = b"deflate"

GZIP_WINDOW = 16 + zlib.MAX_WBITS
ZLIB_WINDOW = zlib.MAX_WBITS
RAW_WINDOW = -zlib.MAX_WBITS
ZLIB_METHOD = 8
PIECE_BYTES = 16 * 1024


class _Stream(Protocol):
    """What `zlib.decompressobj` returns; its own type has no public name."""

    @property
    def eof(self) -> bool: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


def inflater(coding: bytes) -> "Inflater | None":
    """Return what undoes a content coding, None if there is nothing to undo.

    Raises:
        Garbage: a coding that we can't undo, and that the request did not offer.
    """
    if coding in IDENTITY:
        return None
    if coding in GZIP or coding == DEFLATE:
        return Inflater(gzip=coding != DEFLATE)
    raise Garbage(f"the content coding {coding.decode('latin-1')!r} was not asked for", bytes_received=True)


class Inflater:
    """Inflates a gzip or deflate body piece by piece, and never ahead of its reader.

    Several gzip members in a row are one body. `deflate` may come in zlib's wrapping, as it should, or bare.
    """

    __slots__ = ("_full", "_gzip", "_pieces", "_stream")

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._pieces: deque[bytes] = deque()
        self._stream: _Stream | None = None
        self._full = False

    def feed(self, data: bytes) -> None:
        """Add compressed bytes."""
        # In small pieces: zlib copies all unused input each time a member or the allowance ends.
        self._pieces.extend(data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES))

    def take(self, limit: int) -> bytes:
        """Return up to `limit` inflated bytes; b"" when more input is needed.

        Raises:
            Garbage: the input is not what its coding says.
        """
        while self._pieces or self._full:
            data = self._inflate(self._pieces.popleft() if self._pieces else b"", limit)
            if data:
                return data
        return b""

    def end(self) -> None:
        """Check, when all input was taken, that the compressed stream has ended too.

        Raises:
            Garbage: it was cut off.
        """
        if self._stream is not None:
            raise Garbage("the compressed body is cut off", bytes_received=True)

    def _inflate(self, piece: bytes, limit: int) -> bytes:
        stream = self._stream or self._open(piece)
        try:
            data = stream.decompress(piece, limit)
        except zlib.error as error:
            raise Garbage(f"the compressed body is damaged: {error}", bytes_received=True) from None
        # Output may be left inside the stream although all its input is used up.
        self._full = len(data) == limit and not stream.eof
        self._stream, rest = (None, stream.unused_data) if stream.eof else (stream, stream.unconsumed_tail)
        if rest:
            self._pieces.appendleft(rest)
        return data

    def _open(self, piece: bytes) -> _Stream:
        if self._gzip:
            return zlib.decompressobj(GZIP_WINDOW)
        wrapped = piece[0] & 0x0F == ZLIB_METHOD
        return zlib.decompressobj(ZLIB_WINDOW if wrapped else RAW_WINDOW)
