"""What all dialects share when they say an error: words that are safe, and whether to try again."""

from oblivious.adapters.dialects.face import Headers
from oblivious.contracts.errors import (
    BadCredential,
    BrokeOff,
    Garbled,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    RateLimited,
    Refused,
    RelayError,
    TimedOut,
    TooLong,
    Unavailable,
    Unreachable,
    UpstreamError,
    UpstreamRateLimited,
)

# A caller learns what happened, never which account, key or address of ours it happened to.
_SAFE_WORDS: dict[type[RelayError], str] = {
    Unreachable: "The upstream provider could not be reached.",
    TimedOut: "The upstream provider did not answer in time.",
    BrokeOff: "The upstream provider broke off before its answer was complete.",
    Garbled: "The upstream provider answered with something that is no answer.",
    Overloaded: "The upstream provider is overloaded or failing.",
    UpstreamRateLimited: "The upstream provider is limiting requests; try again later.",
    BadCredential: "The upstream provider cannot be used at the moment; its operator has to act.",
    OutOfCredit: "The upstream provider cannot be used at the moment; its operator has to act.",
    ModelMissing: "The upstream provider does not offer this model at the moment.",
    UpstreamError: "The upstream provider failed.",
    RelayError: "The gateway failed. Quote the request id to its operator.",
}

# There will be room again, even if nobody said when.
_CAPACITY = (Unavailable, RateLimited, Overloaded, UpstreamRateLimited)
_DEFAULT_WAIT_MS = 1_000

_BAD_REQUEST, _FORBIDDEN, _SERVER_FAILED = 400, 403, 500


def refusal_status(error: Refused) -> int:
    """Return the HTTP status of what the upstream judged: its own, where that blames the request.

    A conversation that is too long is a 403 at Together, and a 500 at llama.cpp.
    """
    own = error.upstream_status or _BAD_REQUEST
    strange = isinstance(error, TooLong) and own == _FORBIDDEN
    return own if _BAD_REQUEST <= own < _SERVER_FAILED and not strange else _BAD_REQUEST


def words_for(error: RelayError) -> str:
    """Return the message a caller may read."""
    if isinstance(error, UpstreamError):
        return error.message if isinstance(error, Refused) else _SAFE_WORDS[_known(type(error))]
    return _SAFE_WORDS[RelayError] if type(error) is RelayError else error.message


def headers_for(error: RelayError) -> Headers:
    """Return the headers of an error: its type, and whether and when to try again."""
    headers: Headers = [(b"content-type", b"application/json")]
    if not error.retryable:
        headers.append((b"x-should-retry", b"false"))
    wait = error.retry_after_ms
    if wait is None and isinstance(error, _CAPACITY):
        wait = _DEFAULT_WAIT_MS
    if wait is not None:
        headers.append((b"retry-after", b"%d" % -(-wait // 1000)))
        headers.append((b"retry-after-ms", b"%d" % wait))
    return headers


def _known(leaf: type[RelayError]) -> type[RelayError]:
    return next(kind for kind in leaf.__mro__ if kind in _SAFE_WORDS)
