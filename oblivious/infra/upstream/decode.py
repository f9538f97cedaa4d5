"""Content codings that upstreams use although nobody asked for one."""

from collections import deque
from collections.abc import Callable

from oblivious.infra.upstream.codings import DAMAGED, Open, Stream, br, deflate, gzip, zstd
from oblivious.infra.upstream.errors import Garbage

IDENTITY = frozenset({b"", b"identity"})
PIECE_BYTES = 16 * 1024

_CODINGS: dict[bytes, Callable[[], Open]] = {
    b"gzip": gzip,
    b"x-gzip": gzip,
    b"deflate": deflate,
    b"br": br,
    b"zstd": zstd,
}


def inflater(coding: bytes) -> "Inflater | None":
    """Return what undoes a content coding, None if there is nothing to undo.

    Raises:
        Garbage: a coding that we can't undo, and that the request did not offer.
    """
    if coding in IDENTITY:
        return None
    made = _CODINGS.get(coding)
    if made is None:
        raise Garbage(
            f"the content coding {coding.decode('latin-1')!r} was not asked for", bytes_received=True
        )
    return Inflater(made())


class Inflater:
    """Inflates a compressed body piece by piece, and never far ahead of its reader.

    Several streams in a row are one body, where the coding allows it.
    """

    __slots__ = ("_full", "_open", "_pieces", "_stream")

    def __init__(self, opening: Open) -> None:
        self._open = opening
        self._pieces: deque[bytes] = deque()
        self._stream: Stream | None = None
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
        try:
            stream = self._stream or self._open(piece)
            data = stream.decompress(piece, limit)
        except DAMAGED as error:
            raise Garbage(f"the compressed body is damaged: {error}", bytes_received=True) from None
        # Output may be left inside the stream although all its input is used up.
        self._full = len(data) == limit and not stream.eof
        self._stream, rest = (None, stream.unused_data) if stream.eof else (stream, stream.unconsumed_tail)
        if rest:
            self._pieces.appendleft(rest)
        return data
