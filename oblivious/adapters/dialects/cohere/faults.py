"""What Cohere's refusals mean: `{"message": ...}`, and by status."""

from oblivious.adapters.dialects.face import Headers
from oblivious.adapters.dialects.faults import judged, read_error, words_of
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import Blocked, Refused, TooLong, UpstreamError

_DENY_LISTED = 498
"""A word of the request or the answer is on a list of Cohere's (its API reference, read 2026-11-27)."""

_TOO_LONG = ("tokens in the prompt", "size limit exceeded", "prompt is too long")
"""Parts of what it says of conversations that do not fit (its page on errors, read 2026-11-27)."""


def read_fault(status: int, headers: Headers, body: bytes) -> UpstreamError:
    """Judge an answer whose status is no success; never raises."""
    error = read_error(status, headers, body)
    leaf = _leaf(status, error)
    return error if leaf is None else leaf(error.message, upstream_status=status, body=body)


def _leaf(status: int, error: UpstreamError) -> type[Refused] | None:
    """Return what an error is if Cohere alone says it so."""
    if status == _DENY_LISTED:
        return Blocked
    sentence = error.message.lower() if isinstance(error, Refused) else ""
    return TooLong if any(phrase in sentence for phrase in _TOO_LONG) else None


def fault_in(answer: Json, body: bytes | None = None) -> UpstreamError | None:
    """Return the error that an answer is though its status was a success; None if it is none."""
    words = words_of(answer)
    return None if words is None else judged(words, body=body)
