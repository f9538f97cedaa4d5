"""Our errors in Anthropic's words: its own statuses, and `type` twice."""

import msgspec

from oblivious.adapters.dialects.face import Rendered
from oblivious.adapters.dialects.masking import is_clean
from oblivious.adapters.dialects.rendering import headers_for, refusal_status, words_for
from oblivious.adapters.lenient import Json, object_in, part
from oblivious.contracts.errors import (
    OutOfMoney,
    Overloaded,
    Refused,
    RelayError,
    ThreadLost,
    ThreadUnsupported,
    TooLong,
    Unavailable,
)

_OVERLOADED = 529
_SERVER_FAILED = 500
_TOO_LONG = "prompt is too long"

# Where Anthropic's status is not the one the error has elsewhere.
_STATUSES: tuple[tuple[type[RelayError], int], ...] = (
    (OutOfMoney, 402),
    (Unavailable, _OVERLOADED),
    (Overloaded, _OVERLOADED),
)

_TOLD_BY_CODE = (ThreadUnsupported, ThreadLost)
"""What SDKs know what to do about, by its code (anthropic 2.11, read 2026-11-27)."""

_TYPES = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    _OVERLOADED: "overloaded_error",
}


def render(error: RelayError, request_id: str) -> Rendered:
    """Return status, headers and body; what the upstream refused goes back as it said it."""
    body = _own_words(error)
    return Rendered(status_of(error), headers_for(error), body or _body(error, request_id))


def render_event(error: RelayError, request_id: str) -> bytes:
    """Return the event that ends a stream; no `message_stop` follows."""
    return b"event: error\ndata: " + (_own_words(error) or _body(error, request_id)) + b"\n\n"


def status_of(error: RelayError) -> int:
    """Return the HTTP status: the upstream's own where it judged the request."""
    if isinstance(error, Refused):
        return refusal_status(error)
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), error.status)


def _body(error: RelayError, request_id: str) -> bytes:
    status = status_of(error)
    kind = _TYPES.get(status, "api_error" if status >= _SERVER_FAILED else "invalid_request_error")
    said: Json = {"type": kind, "message": _message(error)}
    if isinstance(error, _TOLD_BY_CODE):
        said["details"] = {"error_code": error.code}
    return msgspec.json.encode({"type": "error", "error": said, "request_id": request_id})


def _message(error: RelayError) -> str:
    """Return the words; Claude Code shortens its conversation where it finds these (seen 2026-11)."""
    message = words_for(error)
    if isinstance(error, TooLong) and _TOO_LONG not in message.lower():
        return f"{_TOO_LONG}: {message}"
    return message


def _own_words(error: RelayError) -> bytes | None:
    """Return the upstream's body where it is an error of this dialect and names nothing of ours."""
    if not isinstance(error, Refused) or error.body is None:
        return None
    value = object_in(error.body) or {}
    said = part(value.get("error"))
    if value.get("type") != "error" or not all(
        isinstance(said.get(name), str) for name in ("type", "message")
    ):
        return None
    return error.body if is_clean(error.body.decode("utf-8", "replace")) else None
