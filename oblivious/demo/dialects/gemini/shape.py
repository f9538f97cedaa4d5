"""What all endpoints of Gemini share: errors, headers and the two framings of a stream.

Sources: https://ai.google.dev/api and https://cloud.google.com/apis/design/errors, read 2026-11.
"""

from collections.abc import Iterator

from oblivious.demo.reply import Dialect, Failure, Framing, Json, encode

_STATUS = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_SERVER_SIDE = 500
_TYPES = "type.googleapis.com/google.rpc."
# A wrong key is a bad request to Google, not a failed log-in.
_UNKNOWN_KEY = Failure(400, "This demo upstream does not know the API key.", code="API_KEY_INVALID")
_HEADERS = (
    b"vary: Origin\r\nvary: X-Origin\r\nvary: Referer\r\nx-content-type-options: nosniff\r\n"
    b"server-timing: gfet4t7; dur=1\r\n"
)
_SSE = Framing("text/event-stream", before=b"data: ", after=b"\r\n\r\n")
_ARRAY = Framing("application/json; charset=UTF-8", opening=b"[", between=b",\r\n", closing=b"]")


def _error(failure: Failure) -> Json:
    other = "UNKNOWN" if failure.status >= _SERVER_SIDE else "INVALID_ARGUMENT"
    message = f"{failure.param}: {failure.message}" if failure.param else failure.message
    error: Json = {"code": failure.status, "message": message, "status": _STATUS.get(failure.status, other)}
    details = list(_details(failure))
    return {"error": {**error, "details": details} if details else error}


def _details(failure: Failure) -> Iterator[Json]:
    if failure.code:
        info = {"reason": failure.code.upper(), "domain": "googleapis.com"}
        yield {"@type": f"{_TYPES}ErrorInfo", **info}
    if failure.param:
        violation = {"field": failure.param, "description": failure.message}
        yield {"@type": f"{_TYPES}BadRequest", "fieldViolations": [violation]}
    if failure.retry_after is not None:
        yield {"@type": f"{_TYPES}RetryInfo", "retryDelay": f"{failure.retry_after}s"}


def _error_body(failure: Failure, _request_id: str) -> bytes:
    return encode(_error(failure))


def _error_in_array(failure: Failure, _request_id: str) -> bytes:
    return encode([_error(failure)])


def _headers(_request_id: str) -> bytes:
    return _HEADERS


def _no_header(_seconds: int) -> bytes:
    """Return nothing: Google says in the body when to come again."""
    return b""


GEMINI = Dialect("gemini", _error_body, _error_body, _headers, _SSE, _UNKNOWN_KEY, _no_header)
GEMINI_ARRAY = Dialect("gemini", _error_in_array, _error_body, _headers, _ARRAY, _UNKNOWN_KEY, _no_header)
