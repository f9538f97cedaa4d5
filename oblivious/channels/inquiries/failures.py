"""What went wrong with an inquiry, in the words of the error tree; nothing of it names the key. Pure."""

import httpx

from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.dialects.faults import judged, read_error, words_of
from oblivious.adapters.lenient import decoded
from oblivious.contracts.errors import BrokeOff, Garbled, TimedOut, Unreachable, UpstreamError

_HIDDEN = b"[secret]"
_NO_SUCH_PATH = frozenset({404, 405})
_TABLE: tuple[tuple[type[httpx.TransportError], type[UpstreamError], str], ...] = (
    (httpx.ConnectTimeout, Unreachable, "the provider could not be reached in time"),
    (httpx.PoolTimeout, Unreachable, "too many connections to providers are in use"),
    (httpx.TimeoutException, TimedOut, "the provider did not answer in time"),
    (httpx.ReadError, BrokeOff, "the provider closed the connection before its answer was complete"),
    (httpx.RemoteProtocolError, BrokeOff, "the provider gave no complete answer"),
)


def unanswered(error: httpx.TransportError) -> UpstreamError:
    """Return the error for an answer that did not come."""
    for kind, leaf, words in _TABLE:
        if isinstance(error, kind):
            return leaf(words)
    return Unreachable("the provider could not be reached")


def refused(status: int, headers: Headers, body: bytes, secret: str) -> UpstreamError:
    """Judge an answer whose status is no success."""
    if status in _NO_SUCH_PATH:  # of a path that ends in `models`, words would say that a model is missing
        return Garbled(f"the provider knows no such question: it answered {status}", upstream_status=status)
    return read_error(status, headers, _without(secret, body))


def unreadable(status: int, body: bytes, secret: str) -> UpstreamError:
    """Judge an answer of a good status that is not what was asked for: some say so that they refuse."""
    words = words_of(decoded(_without(secret, body)))
    if words is None or not words.message:
        return Garbled("the provider's answer is not what was asked for", upstream_status=status)
    return judged(words)


def _without(secret: str, body: bytes) -> bytes:
    """Return the body without the key: some tell it back."""
    return body.replace(secret.encode(), _HIDDEN) if secret else body
