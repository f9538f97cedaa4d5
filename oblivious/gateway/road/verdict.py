"""What a caller is told when no channel has accepted its exchange. Pure."""

from collections.abc import Callable, Mapping, Sequence

from oblivious.channels.abilities import CONTEXT, TOOLS, VISION
from oblivious.channels.judge import Fault
from oblivious.contracts.errors import (
    BadCredential,
    InvalidRequest,
    ModelMissing,
    NeverFits,
    NoChannel,
    OutOfCredit,
    Overloaded,
    RateLimited,
    RelayError,
    TooLong,
    UpstreamError,
    UpstreamRateLimited,
)
from oblivious.gateway.road.patience import Blocked

_REST_UNSAID_MS = 1_000
_OF_KEYS = (BadCredential, OutOfCredit, UpstreamRateLimited)
"""What says something of one channel key only."""


def verdict(failures: Sequence[UpstreamError], blocks: Sequence[Blocked], lacks: str = "") -> RelayError:
    """Return the most telling of the failures: above all what does not concern one key.

    Args:
        failures: of all attempts, in order.
        blocks: who could not be asked now.
        lacks: what the request needs, and nobody who serves the model can do.
    """
    if not failures and lacks:
        return _UNABLE[lacks]()
    if not failures:
        return _nobody_asked(blocks)
    of_channels = [failure for failure in failures if not isinstance(failure, _OF_KEYS)]
    if of_channels:
        return of_channels[-1]
    throttled = [failure for failure in failures if isinstance(failure, UpstreamRateLimited)]
    if throttled:
        return min(throttled, key=lambda failure: failure.retry_after_ms or _REST_UNSAID_MS)
    return failures[-1]


def _nobody_asked(blocks: Sequence[Blocked]) -> RelayError:
    """Return what the one who is back soonest is left alone for."""
    timed = [block for block in blocks if block.retry_after_ms is not None]
    if not timed and blocks:
        return NeverFits(
            f"this request alone is above every channel's limit: {blocks[0].why}", meter="channels"
        )
    if not timed:
        return NoChannel("no channel for this model is available right now", retry_after_ms=_REST_UNSAID_MS)
    first = min(timed, key=lambda block: block.retry_after_ms or 0)
    wait = max(1, first.retry_after_ms or 0)
    if not first.fault:
        words = f"every channel for this model is at its limit: {first.why}"
        return RateLimited(words, meter="channels", retry_after_ms=wait)
    leaf, words = _TOLD.get(first.fault, (Overloaded, "failed"))
    return leaf(f"the provider {words} a moment ago, and is left alone for a while", retry_after_ms=wait)


_UNABLE: Mapping[str, Callable[[], RelayError]] = {
    TOOLS: lambda: InvalidRequest("nobody who serves this model takes tools", param="tools"),
    VISION: lambda: InvalidRequest("nobody who serves this model takes pictures"),
    CONTEXT: lambda: TooLong("the conversation is longer than anybody takes who serves this model"),
}

_TOLD: Mapping[str, tuple[type[UpstreamError], str]] = {
    Fault.AUTH: (BadCredential, "refused the gateway's key"),
    Fault.BILLING: (OutOfCredit, "had no credit left for the gateway's key"),
    Fault.RATE: (UpstreamRateLimited, "asked for fewer requests"),
    Fault.OVERLOAD: (Overloaded, "had no capacity"),
    Fault.NOT_FOUND: (ModelMissing, "did not know the model"),
}
"""What was said when somebody was put aside is what others are told until it is back."""
