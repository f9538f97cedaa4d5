"""What a caller is told when no channel has accepted its exchange. Pure."""

from collections.abc import Sequence

from oblivious.contracts.errors import (
    BadCredential,
    NeverFits,
    NoChannel,
    OutOfCredit,
    RateLimited,
    RelayError,
    UpstreamError,
    UpstreamRateLimited,
)
from oblivious.gateway.road.patience import Blocked

_REST_UNSAID_MS = 1_000
_OF_KEYS = (BadCredential, OutOfCredit, UpstreamRateLimited)
"""What says something of one channel key only."""


def verdict(failures: Sequence[UpstreamError], blocks: Sequence[Blocked]) -> RelayError:
    """Return the most telling of the failures: above all what does not concern one key.

    Args:
        failures: of all attempts, in order.
        blocks: who could not be asked now.
    """
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
    waits = [block.retry_after_ms for block in blocks if block.retry_after_ms is not None]
    soonest = max(1, min(waits)) if waits else None
    by_rate = [block for block in blocks if block.by_rate]
    if by_rate and soonest is not None:
        return RateLimited(
            "every channel for this model is at its limit", meter="channels", retry_after_ms=soonest
        )
    if by_rate:
        return NeverFits(
            f"this request alone is above every channel's limit: {by_rate[0].why}", meter="channels"
        )
    return NoChannel(
        "no channel for this model is available right now", retry_after_ms=soonest or _REST_UNSAID_MS
    )
