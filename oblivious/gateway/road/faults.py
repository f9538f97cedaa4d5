"""What the HTTP client says in its words, said in the road's."""

from oblivious.contracts.errors import BrokeOff, Garbled, TimedOut, Unreachable, UpstreamError
from oblivious.infra import upstream

_TABLE: tuple[tuple[type[upstream.UpstreamFault], type[UpstreamError], str], ...] = (
    (upstream.ConnectTimedOut, Unreachable, "the provider could not be reached in time"),
    (upstream.PoolExhausted, Unreachable, "too many connections to the provider are in use"),
    (upstream.TLSFailed, Unreachable, "no secure connection to the provider could be made"),
    (upstream.NoConnection, Unreachable, "the provider could not be reached"),
    (upstream.FirstByteTimedOut, TimedOut, "the provider did not answer in time"),
    (upstream.IdleTimedOut, TimedOut, "the provider stopped in the middle of its answer"),
    (upstream.TotalTimedOut, TimedOut, "the provider took too long"),
    (upstream.BrokeOff, BrokeOff, "the provider closed the connection before its answer was complete"),
    (upstream.BodyTooLarge, Garbled, "the provider's answer is too large"),
    (upstream.Garbage, Garbled, "the provider's answer is not valid HTTP"),
)


def as_upstream_error(fault: upstream.UpstreamFault) -> UpstreamError:
    """Return the error that the road knows; it names no address and no account."""
    for kind, error, words in _TABLE:
        if isinstance(fault, kind):
            return error(words)
    return Unreachable("the provider could not be reached")
