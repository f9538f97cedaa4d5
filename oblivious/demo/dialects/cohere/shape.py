"""What all endpoints of Cohere share: errors and headers.

Sources: https://docs.cohere.com/reference/chat and cohere 7.3.1 for Python, read 2026-11-27.
"""

from oblivious.demo.reply import Dialect, Failure, Framing, encode, named

_UNKNOWN_KEY = Failure(401, "invalid api token")


def _message(failure: Failure) -> str:
    return f"invalid request: {failure.param}: {failure.message}" if failure.param else failure.message


def _error_body(failure: Failure, request_id: str) -> bytes:
    return encode({"id": request_id, "message": _message(failure)})


def _error_event(failure: Failure, _request_id: str) -> bytes:
    """Return the end of a message that failed: Cohere has no event for errors alone."""
    delta = {"finish_reason": "ERROR", "error": _message(failure)}
    return named({"type": "message-end", "delta": delta})


def _headers(request_id: str) -> bytes:
    return f"x-debug-trace-id: {request_id}\r\n".encode()


COHERE = Dialect(
    "cohere", _error_body, _error_event, _headers, Framing("text/event-stream"), unknown_key=_UNKNOWN_KEY
)
