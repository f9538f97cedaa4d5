"""Our errors in Google's words: a code that is the HTTP status, a status that is a word, and details."""

from typing import Any

import msgspec

from oblivious.adapters.dialects.face import Rendered
from oblivious.adapters.dialects.masking import is_clean
from oblivious.adapters.dialects.rendering import headers_for, refusal_status, words_for
from oblivious.adapters.lenient import Json, is_object, object_in
from oblivious.contracts.errors import (
    ForeignBinding,
    Refused,
    RelayError,
    UnknownKey,
    UnpricedModel,
    WrongDialect,
)

_SERVER_FAILED = 500
_DOMAIN = "oblivious"
_TYPE = "type.googleapis.com/google.rpc."

# As google.rpc.Code is mapped to HTTP (googleapis, google/rpc/code.proto, 2026-11).
_STATUSES = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    426: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_NOT_AS_THINGS_ARE = (UnpricedModel, WrongDialect, ForeignBinding)


def render(error: RelayError) -> Rendered:
    """Return status, headers and body; what the upstream refused goes back as it said it."""
    own = _own_words(error)
    body = msgspec.json.encode({"error": error_object(error)}) if own is None else own
    return Rendered(status_of(error), headers_for(error), body)


def render_event(error: RelayError) -> bytes:
    """Return the event that ends a stream; nothing with a finish reason follows."""
    own = _own_error(error) if _own_words(error) is not None else None
    return b"data: " + msgspec.json.encode({"error": own or error_object(error)}) + b"\r\n\r\n"


def status_of(error: RelayError) -> int:
    """Return the HTTP status: the upstream's own where it judged the request."""
    return refusal_status(error) if isinstance(error, Refused) else error.status


def error_object(error: RelayError) -> Json:
    """Return the members of `error`."""
    code = status_of(error)
    return {
        "code": code,
        "message": words_for(error),
        "status": _word_for(error, code),
        "details": _details(error),
    }


def _word_for(error: RelayError, code: int) -> str:
    if isinstance(error, _NOT_AS_THINGS_ARE):
        return "FAILED_PRECONDITION"
    return _STATUSES.get(code) or ("INTERNAL" if code >= _SERVER_FAILED else "INVALID_ARGUMENT")


def _details(error: RelayError) -> list[Json]:
    reason = "API_KEY_INVALID" if isinstance(error, UnknownKey) else error.code.upper()
    details: list[Json] = [{"@type": f"{_TYPE}ErrorInfo", "reason": reason, "domain": _DOMAIN}]
    if error.param is not None:
        violation = {"field": error.param, "description": words_for(error)}
        details.append({"@type": f"{_TYPE}BadRequest", "fieldViolations": [violation]})
    if error.retry_after_ms is not None:
        delay = f"{error.retry_after_ms / 1000:g}s"
        details.append({"@type": f"{_TYPE}RetryInfo", "retryDelay": delay})
    return details


def _own_words(error: RelayError) -> bytes | None:
    """Return the upstream's body where it is an error of this dialect and names nothing of ours."""
    own = _own_error(error)
    if own is None or not isinstance(error, Refused) or error.body is None:
        return None
    shape = (("code", int), ("message", str), ("status", str))
    if not all(isinstance(own.get(name), kind) for name, kind in shape):
        return None
    return error.body if is_clean(error.body.decode("utf-8", "replace")) else None


def _own_error(error: RelayError) -> Json | None:
    """Return the error object the upstream refused with."""
    if not isinstance(error, Refused) or error.body is None:
        return None
    own: Any = (object_in(error.body) or {}).get("error")
    return own if is_object(own) else None
