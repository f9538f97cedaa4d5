"""Events in which a proxy tells of a failure its own way: without the type that a dialect's events have."""

from oblivious.contracts.errors import Garbled, OutOfCredit, Overloaded, UpstreamError

UNTYPED: tuple[tuple[bytes, type[UpstreamError]], ...] = (
    (b'data: {"error": {"message": "m", "type": "server_error"}}\n\n', Overloaded),
    (b'{"error": {"message": "m", "code": "insufficient_quota"}}\n\n', OutOfCredit),
    (b'event: error\ndata: {"message": "m", "code": "500"}\n\n', Overloaded),
    (b"data: {}\n\n", Garbled),
)
"""Each with what it is."""
