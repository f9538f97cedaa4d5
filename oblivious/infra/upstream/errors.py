"""What can go wrong between us and an upstream, below the dialects.

UpstreamFault               the exchange with this upstream cannot be completed
├── NoConnection            nothing was sent
│   ├── ConnectFailed       no name, refused, no route, a proxy that refuses, or the client is closed
│   ├── ConnectTimedOut
│   ├── PoolExhausted       every connection to the origin stayed busy for the whole connect deadline
│   └── TLSFailed           the handshake, or the certificate
├── DeadlinePassed
│   ├── FirstByteTimedOut   the request went out and nothing came back
│   ├── IdleTimedOut        the response stopped coming
│   └── TotalTimedOut
├── BrokeOff                the connection closed before the response was complete
├── Garbage                 what came is not HTTP as we accept it, or its content coding is damaged
└── BodyTooLarge            the body is longer than the reader allowed
"""


class UpstreamFault(Exception):
    """The exchange with an upstream cannot be completed.

    Attributes:
        bytes_received: whether any byte of an answer had come; while it is False the upstream may still
            have seen, or even served, the request.
    """

    def __init__(self, message: str, *, bytes_received: bool = False) -> None:
        super().__init__(message)
        self.bytes_received = bytes_received


class NoConnection(UpstreamFault):
    """No connection could be had, so that not a byte of the request went out."""


class ConnectFailed(NoConnection):
    """The name is unknown, no address of it accepts connections, or a proxy gives none."""


class ConnectTimedOut(NoConnection):
    """No address answered within the connect deadline."""


class PoolExhausted(NoConnection):
    """No connection to the origin became free within the connect deadline."""


class TLSFailed(NoConnection):
    """The handshake failed, or the certificate is not one we trust for this host."""


class DeadlinePassed(UpstreamFault):
    """The upstream was too slow."""


class FirstByteTimedOut(DeadlinePassed):
    """No byte of the response head came in time."""


class IdleTimedOut(DeadlinePassed):
    """The response stopped coming for longer than the idle deadline."""


class TotalTimedOut(DeadlinePassed):
    """The exchange as a whole took too long."""


class BrokeOff(UpstreamFault):
    """The connection closed before the response was complete.

    Attributes:
        stale: a pooled connection closed so soon, and without a byte, that the upstream had given it up
            before the request came.
    """

    def __init__(self, message: str, *, bytes_received: bool = False, stale: bool = False) -> None:
        super().__init__(message, bytes_received=bytes_received)
        self.stale = stale


class Garbage(UpstreamFault):
    """The bytes are no response that can be trusted: syntax, framing, limits or content coding."""


class BodyTooLarge(UpstreamFault):
    """The body is longer than the reader allowed."""
