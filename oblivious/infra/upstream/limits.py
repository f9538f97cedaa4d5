from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each phase of one exchange may take, in milliseconds; kept to within about 100 ms.

    Attributes:
        connect_ms: to have a connection, waiting for a free one included.
        first_byte_ms: from the first byte written to the first byte of the final response's head; where a
            reader says so, to the first word of its body.
        idle_ms: between two reads from the socket after that, not counting while our own reader is slow.
        total_ms: from the call to the last byte of the body.
    """

    connect_ms: int = 10_000
    first_byte_ms: int = 300_000
    idle_ms: int = 120_000
    total_ms: int = 900_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may take, and what it accepts from an upstream.

    Attributes:
        connections_per_origin: open connections to one origin; who comes later waits in line.
        idle_per_origin: connections kept open while nobody uses them.
        idle_ms: how long an unused connection is kept, in milliseconds.
        stale_ms: a reused connection that closes unanswered within this time of the request was stale, and
            the request is sent once more; later than that it may have been at work on the request.
        header_bytes: the head of a response, interim ones included; also its trailers.
        head_lines: header fields in a head.
        buffer_bytes: reading pauses while more than this waits for the reader; one inflated read is as long.
    """

    connections_per_origin: int = 1024
    idle_per_origin: int = 256
    idle_ms: int = 30_000
    stale_ms: int = 1_000
    header_bytes: int = 64 * 1024
    head_lines: int = 200
    buffer_bytes: int = 256 * 1024
