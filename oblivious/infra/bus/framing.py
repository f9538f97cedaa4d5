"""How a record lies in a file: length (u32, little endian), crc32 of the body (u32), the body.

Files are preallocated, so a length of zero is the end of what was written. Every body is a JSON array that
begins with a text, which is how the next frame is found again behind damage.
"""

import enum
import struct
import zlib

HEADER_BYTES = 8
MAX_BODY_BYTES = 4 * 1024 * 1024

_HEADER = struct.Struct("<II")
_BODY_BEGINS = b'["'

pack_header = _HEADER.pack
checksum = zlib.crc32


class Stop(enum.Enum):
    """Why no further frame was read.

    BLANK: nothing was ever written here. CUT: the frame goes on behind the end of the buffer. DAMAGED:
    what lies here is no frame, or not any more.
    """

    BLANK = "blank"
    CUT = "cut"
    DAMAGED = "damaged"


def frame(body: bytes) -> bytes:
    """Return the body as it lies in a file.

    Raises:
        ValueError: the body is longer than `MAX_BODY_BYTES`.
    """
    if len(body) > MAX_BODY_BYTES:
        raise ValueError(f"a record of {len(body)} bytes is longer than {MAX_BODY_BYTES}")
    return pack_header(len(body), checksum(body)) + body


def split(buffer: bytes) -> tuple[list[bytes], int, Stop]:
    """Return the whole frames' bodies, how many bytes they take, and why there is no further one."""
    bodies: list[bytes] = []
    position, end = 0, len(buffer)
    while position + HEADER_BYTES <= end:
        length, crc = _HEADER.unpack_from(buffer, position)
        if length == 0:
            return bodies, position, Stop.BLANK if crc == 0 else Stop.DAMAGED
        if length > MAX_BODY_BYTES:
            return bodies, position, Stop.DAMAGED
        begin = position + HEADER_BYTES
        if begin + length > end:
            return bodies, position, Stop.CUT
        body = buffer[begin : begin + length]
        if checksum(body) != crc:
            return bodies, position, Stop.DAMAGED
        bodies.append(body)
        position = begin + length
    return bodies, position, Stop.CUT


def bytes_of_frame(buffer: bytes, position: int) -> int:
    """Return how long the frame at `position` says that it is, at least a header."""
    if position + HEADER_BYTES > len(buffer):
        return HEADER_BYTES
    return HEADER_BYTES + int(_HEADER.unpack_from(buffer, position)[0])


def next_frame(buffer: bytes, after: int) -> int | None:
    """Find the first whole frame that begins behind `after`; None if there is none."""
    body_at = buffer.find(_BODY_BEGINS, after + 1 + HEADER_BYTES)
    while body_at >= 0:
        position = body_at - HEADER_BYTES
        length, crc = _HEADER.unpack_from(buffer, position)
        fits = 0 < length <= MAX_BODY_BYTES and body_at + length <= len(buffer)
        if fits and checksum(buffer[body_at : body_at + length]) == crc:
            return position
        body_at = buffer.find(_BODY_BEGINS, body_at + 1)
    return None
