"""What all endpoints of OpenAI share: errors and headers."""

from oblivious.demo.reply import Dialect, Failure, Json, encode

_TYPES = {
    401: ("invalid_request_error", "invalid_api_key"),
    402: ("insufficient_quota", "insufficient_quota"),
    403: ("invalid_request_error", "permission_denied"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
    503: ("service_unavailable_error", "server_is_overloaded"),
}
_SERVER_SIDE = 500


def error_of(failure: Failure) -> Json:
    """Return the inner error object."""
    other = ("server_error", None) if failure.status >= _SERVER_SIDE else ("invalid_request_error", None)
    kind, code = _TYPES.get(failure.status, other)
    return {"message": failure.message, "type": kind, "param": failure.param, "code": failure.code or code}


def error_body(failure: Failure, _request_id: str) -> bytes:
    """Return the JSON body of an error."""
    return encode({"error": error_of(failure)})


def headers(request_id: str) -> bytes:
    """Return the header lines that OpenAI sends with every answer."""
    return (
        f"x-request-id: {request_id}\r\nopenai-version: 2020-10-01\r\nopenai-processing-ms: 1\r\n"
        "x-ratelimit-limit-requests: 10000\r\nx-ratelimit-remaining-requests: 9999\r\n"
        "x-ratelimit-reset-requests: 6ms\r\n"
    ).encode()


def _error_event(failure: Failure, request_id: str) -> bytes:
    return b"data: " + error_body(failure, request_id) + b"\n\n"


OPENAI = Dialect("openai_chat", error_body, _error_event, headers)
