"""What all endpoints of Bedrock share: errors, headers and the framing of a stream.

The types and their statuses are those of botocore 1.44.8 (read 2026-11-27).
"""

from oblivious.demo.dialects.bedrock.frames import exception_frame
from oblivious.demo.reply import Dialect, Failure, Framing, Json, encode

_TYPES = {
    400: "ValidationException",
    401: "UnrecognizedClientException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    408: "ModelTimeoutException",
    424: "ModelErrorException",
    429: "ThrottlingException",
    500: "InternalServerException",
    503: "ServiceUnavailableException",
}
_IN_STREAMS = {
    400: "validationException",
    408: "modelTimeoutException",
    424: "modelStreamErrorException",
    429: "throttlingException",
    503: "serviceUnavailableException",
}
_UNKNOWN_KEY = Failure(403, "The security token included in the request is invalid.", code="unknown_key")
_WRONG_KEY_TYPE = "UnrecognizedClientException"
_SERVER_SIDE = 500
_EVENTS = Framing("application/vnd.amazon.eventstream")


def _said(failure: Failure) -> Json:
    return {"message": f"{failure.param}: {failure.message}" if failure.param else failure.message}


def _error_body(failure: Failure, _request_id: str) -> bytes:
    return encode(_said(failure))


def _error_event(failure: Failure, _request_id: str) -> bytes:
    other = "internalServerException" if failure.status >= _SERVER_SIDE else "validationException"
    return exception_frame(_IN_STREAMS.get(failure.status, other), _said(failure))


def _error_headers(failure: Failure) -> bytes:
    other = "InternalServerException" if failure.status >= _SERVER_SIDE else "ValidationException"
    kind = _WRONG_KEY_TYPE if failure is _UNKNOWN_KEY else _TYPES.get(failure.status, other)
    return f"x-amzn-errortype: {kind}:http://internal.amazon.com/coral/com.amazon.bedrock/\r\n".encode()


def _headers(request_id: str) -> bytes:
    return f"x-amzn-requestid: {request_id}\r\n".encode()


BEDROCK = Dialect(
    "bedrock",
    _error_body,
    _error_event,
    _headers,
    _EVENTS,
    _UNKNOWN_KEY,
    error_headers=_error_headers,
)
