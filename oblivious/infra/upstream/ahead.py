"""Decoders that don't stop exactly where they should, and what holds them back."""

from typing import Protocol

import brotli
import zstandard

# Four bytes may stand for 128 KiB (RFC 8878, section 3.1.1.2), so that a slice brings about 2 MiB at most.
ZSTD_SLICE_BYTES = 64
NOTHING = memoryview(b"")


class Steps(Protocol):
    """A decoder that gives more than it is asked for."""

    @property
    def eof(self) -> bool:
        """Whether what came so far is whole."""
        ...

    @property
    def pending(self) -> bool:
        """Whether there may be output to be had without any input."""
        ...

    def step(self, data: memoryview, about: int, /) -> tuple[bytes, memoryview]:
        """Return output, about as many bytes as asked for, and what is left of the input."""
        ...


class Ahead:
    """Keeps what a decoder gives beyond a limit; looks like zlib's own."""

    __slots__ = ("_left", "_steps", "unconsumed_tail")

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._left = NOTHING
        self.unconsumed_tail = b""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended, and all of its output was given."""
        return not self._left and self._steps.eof

    @property
    def unused_data(self) -> bytes:
        """Return what stood behind the end in the last input."""
        return self.unconsumed_tail

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return as much output as there is, up to a limit; less than that means that input is needed."""
        rest = memoryview(data)
        if len(self._left) < max_length:
            rest = self._fill(rest, max_length)
        self.unconsumed_tail = bytes(rest)
        out, self._left = bytes(self._left[:max_length]), self._left[max_length:]
        return out

    def _fill(self, data: memoryview, enough: int) -> memoryview:
        steps, parts, size = self._steps, [bytes(self._left)], len(self._left)
        while size < enough and (data or steps.pending):
            part, data = steps.step(data, enough - size)
            parts.append(part)
            size += len(part)
        self._left = memoryview(b"".join(parts))
        return data


class Brotli:
    """One stream, and an error where anything follows.

    Gives whole blocks of output, and takes no input while it has any left.
    """

    __slots__ = ("_more", "_stream")

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._more = False

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""
        return self._stream.is_finished()

    @property
    def pending(self) -> bool:
        """Whether there may be output to be had without any input."""
        # What it can accept says nothing about output, only about input that it has still to read.
        return self._more or not self._stream.can_accept_more_data()

    def step(self, data: memoryview, about: int, /) -> tuple[bytes, memoryview]:
        """Return about as many bytes as asked for, and what is left of the input."""
        now, later = (NOTHING, data) if self.pending else (data, NOTHING)
        out = self._stream.process(now, output_buffer_limit=about)
        self._more = len(out) >= about
        return out, later


class Zstd:
    """Frames, one after the other. Gives all that a piece of input holds, and therefore gets small slices."""

    __slots__ = ("_decompressor", "_stream")

    pending = False

    def __init__(self, decompressor: zstandard.ZstdDecompressor) -> None:
        self._decompressor = decompressor
        self._stream = decompressor.decompressobj()

    @property
    def eof(self) -> bool:
        """Whether the last frame that began has ended."""
        return self._stream.eof

    def step(self, data: memoryview, _about: int, /) -> tuple[bytes, memoryview]:
        """Return the output of one slice, or of a frame that ends in it, and what is left of the input."""
        if self._stream.eof:
            self._stream = self._decompressor.decompressobj()
        now = data[:ZSTD_SLICE_BYTES]
        out = self._stream.decompress(now)
        return out, data[len(now) - len(self._stream.unused_data) :]
