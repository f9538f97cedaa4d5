"""The content codings, behind the one face that zlib gives its own."""

import zlib
from collections.abc import Callable
from typing import Protocol

import brotli
import zstandard

from oblivious.infra.upstream.ahead import Ahead, Brotli, Zstd

DAMAGED = (zlib.error, brotli.error, zstandard.ZstdError)

GZIP_WINDOW = 16 + zlib.MAX_WBITS
ZLIB_WINDOW = zlib.MAX_WBITS
RAW_WINDOW = -zlib.MAX_WBITS
ZLIB_METHOD = 8
# RFC 9659, section 3 (read 2026-11-27): the window of a content coding has at most 8 MB.
ZSTD_WINDOW_BYTES = 8 * 1024 * 1024


class Stream(Protocol):
    """What `zlib.decompressobj` returns; its own type has no public name."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended, and all of its output was given."""
        ...

    @property
    def unconsumed_tail(self) -> bytes:
        """Return what the limit left of the last input."""
        ...

    @property
    def unused_data(self) -> bytes:
        """Return what stood behind the end in the last input."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return as much output as there is, up to a limit; less than that means that input is needed."""
        ...


Open = Callable[[bytes], Stream]
"""Starts a stream, given its first bytes, which it is fed all the same; may raise what is in DAMAGED."""


def gzip() -> Open:
    """Members of gzip, one after the other."""
    return lambda _: zlib.decompressobj(GZIP_WINDOW)


def deflate() -> Open:
    """Deflated data in zlib's wrapping, as it should be, or bare."""
    return lambda first: zlib.decompressobj(ZLIB_WINDOW if first[0] & 0x0F == ZLIB_METHOD else RAW_WINDOW)


def br() -> Open:
    """One stream of brotli: the format knows no second one."""
    streams = iter([Ahead(Brotli())])

    def opened(_first: bytes) -> Stream:
        for stream in streams:
            return stream
        raise brotli.error("something follows its end")

    return opened


def zstd() -> Open:
    """Frames of zstd, one after the other."""
    # One for all frames: it takes longer to make than a small frame to read.
    decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES)
    return lambda _: Ahead(Zstd(decompressor))
