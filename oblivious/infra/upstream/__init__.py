"""HTTP/1.1 to the upstreams, for the road."""

from oblivious.infra.upstream.checks import check_link
from oblivious.infra.upstream.client import Client, Gate
from oblivious.infra.upstream.dial import Resolve
from oblivious.infra.upstream.errors import (
    BodyTooLarge,
    BrokeOff,
    ConnectFailed,
    ConnectTimedOut,
    DeadlinePassed,
    FirstByteTimedOut,
    Garbage,
    IdleTimedOut,
    NoConnection,
    PoolExhausted,
    TLSFailed,
    TotalTimedOut,
    UpstreamFault,
)
from oblivious.infra.upstream.limits import Deadlines, Limits
from oblivious.infra.upstream.link import DIRECT, BadLink, Link
from oblivious.infra.upstream.origin import Origin
from oblivious.infra.upstream.request import Body, Spool
from oblivious.infra.upstream.response import Response

__all__ = [
    "DIRECT",
    "BadLink",
    "Body",
    "BodyTooLarge",
    "BrokeOff",
    "Client",
    "ConnectFailed",
    "ConnectTimedOut",
    "DeadlinePassed",
    "Deadlines",
    "FirstByteTimedOut",
    "Garbage",
    "Gate",
    "IdleTimedOut",
    "Limits",
    "Link",
    "NoConnection",
    "Origin",
    "PoolExhausted",
    "Resolve",
    "Response",
    "Spool",
    "TLSFailed",
    "TotalTimedOut",
    "UpstreamFault",
    "check_link",
]
