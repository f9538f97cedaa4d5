"""Undo a request's Content-Encoding, never producing more than the limit."""

import io
import zlib
from collections.abc import Callable

import brotli
import zstandard

from oblivious.contracts.errors import BodyTooLarge, InvalidRequest

_BAD = (zlib.error, brotli.error, zstandard.ZstdError, EOFError)


def decoded(packed: bytes, encoding: bytes, limit: int) -> bytes:
    """Return the plain body.

    Raises:
        InvalidRequest: the encoding is unknown, or the body is not what it says.
        BodyTooLarge: the plain body is above `limit` bytes.
    """
    name = encoding.strip().lower().decode("latin-1")
    decoder = _DECODERS.get(name)
    if decoder is None:
        raise InvalidRequest(
            f"the Content-Encoding {name!r} is not one of gzip, deflate, br, zstd", param="content-encoding"
        )
    try:
        plain = decoder(packed, limit + 1)
    except _BAD as error:
        raise InvalidRequest(f"the body is not valid {name}", param="content-encoding") from error
    if len(plain) > limit:
        raise too_large(limit)
    return plain


def too_large(limit: int) -> BodyTooLarge:
    """Return the error that names the limit (bytes)."""
    return BodyTooLarge(f"the request body is above the limit of {limit} bytes")


def _zlib(wbits: int) -> Callable[[bytes, int], bytes]:
    def decode(packed: bytes, most: int) -> bytes:
        inflater = zlib.decompressobj(wbits)
        plain = inflater.decompress(packed, most)
        if not inflater.eof and len(plain) < most:
            raise EOFError
        return plain

    return decode


_GZIP, _ZLIB, _BARE = _zlib(31), _zlib(15), _zlib(-15)


def _deflate(packed: bytes, most: int) -> bytes:
    """Undo zlib's format, which is what the name means, or the bare one, which some clients send for it."""
    is_zlib = packed[:1] == b"\x78" and int.from_bytes(packed[:2], "big") % 31 == 0
    return (_ZLIB if is_zlib else _BARE)(packed, most)


def _brotli(packed: bytes, most: int) -> bytes:
    decompressor = brotli.Decompressor()
    pieces = [decompressor.process(packed, output_buffer_limit=most)]
    size = len(pieces[0])
    while size < most and not decompressor.is_finished():
        piece = decompressor.process(b"", output_buffer_limit=most - size)
        if not piece:
            raise EOFError
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _zstd(packed: bytes, most: int) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed)) as reader:
        plain = reader.read(most)
    if packed and not plain:
        raise EOFError
    return plain


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _GZIP,
    "x-gzip": _GZIP,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
