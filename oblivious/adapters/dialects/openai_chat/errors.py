"""Our errors in OpenAI's words, for chat, embeddings and responses alike."""

import msgspec

from oblivious.adapters.dialects.face import Rendered
from oblivious.adapters.dialects.masking import is_clean
from oblivious.adapters.dialects.rendering import headers_for, refusal_status, words_for
from oblivious.adapters.lenient import Json, is_object, object_in, part
from oblivious.contracts.errors import MeterExhausted, OutOfMoney, Refused, RelayError

_TYPES = {
    403: "permission_error",
    429: "requests",
    500: "server_error",
    502: "server_error",
    504: "server_error",
}
_UNAVAILABLE = 503


def render(error: RelayError) -> Rendered:
    """Return status, headers and body; what the upstream refused goes back as it said it."""
    status = status_of(error)
    body = _own_words(error)
    if body is None:
        body = msgspec.json.encode({"error": error_object(error)})
    return Rendered(status, headers_for(error), body)


def render_event(error: RelayError) -> bytes:
    """Return the event that ends a stream; no `[DONE]` follows."""
    return b"data: " + msgspec.json.encode({"error": error_object(error)}) + b"\n\n"


def status_of(error: RelayError) -> int:
    """Return the HTTP status: the upstream's own where it judged the request."""
    return refusal_status(error) if isinstance(error, Refused) else error.status


def error_object(error: RelayError) -> dict[str, str | None]:
    """Return the members of `error`, each of the kind that typed clients expect."""
    own = _own_error(error) or {}
    code, kind, param = own.get("code"), own.get("type"), own.get("param")
    return {
        "message": words_for(error),
        "type": kind if isinstance(kind, str) and kind else _type_of(error),
        "param": param if isinstance(param, str) else error.param,
        "code": code if isinstance(code, str) else error.code,
    }


def _type_of(error: RelayError) -> str:
    if isinstance(error, OutOfMoney):
        return "insufficient_quota"
    if isinstance(error, MeterExhausted) and "token" in error.meter:
        return "tokens"
    status = status_of(error)
    if status >= _UNAVAILABLE and status not in _TYPES:
        return "service_unavailable_error"
    return _TYPES.get(status, "invalid_request_error")


def _own_words(error: RelayError) -> bytes | None:
    """Return the upstream's body where it is an error of this dialect and names nothing of ours."""
    own = _own_error(error)
    if own is None or not isinstance(error, Refused) or error.body is None:
        return None
    spoken = isinstance(own.get("message"), str) and own["message"]
    coded = own.get("code") is None or isinstance(own["code"], str)
    return error.body if spoken and coded and is_clean(error.body.decode("utf-8", "replace")) else None


def _own_error(error: RelayError) -> Json | None:
    """Return the error object the upstream refused with."""
    if not isinstance(error, Refused) or error.body is None:
        return None
    own = part(object_in(error.body)).get("error")
    return own if is_object(own) else None
