"""What all endpoints of Anthropic share: errors and headers."""

from oblivious.demo.reply import Dialect, Failure, Json, encode, named

_TYPES = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_SERVER_SIDE = 500


def _error(failure: Failure, request_id: str) -> Json:
    other = "api_error" if failure.status >= _SERVER_SIDE else "invalid_request_error"
    kind = _TYPES.get(failure.status, other)
    message = f"{failure.param}: {failure.message}" if failure.param else failure.message
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}


def _error_body(failure: Failure, request_id: str) -> bytes:
    return encode(_error(failure, request_id))


def _error_event(failure: Failure, request_id: str) -> bytes:
    return named(_error(failure, request_id))


def _headers(request_id: str) -> bytes:
    return (
        f"request-id: {request_id}\r\nanthropic-organization-id: oblivious-demo\r\n"
        "anthropic-ratelimit-requests-limit: 4000\r\nanthropic-ratelimit-requests-remaining: 3999\r\n"
    ).encode()


ANTHROPIC = Dialect("anthropic", _error_body, _error_event, _headers)
