"""Read the envelope: a handful of top-level members, each named when it is wrong."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.members import Body, Members, NotAnObject, NotJson, has_repeats, members_of
from oblivious.contracts.errors import InvalidRequest

_MOST = 2**31 - 1
_LIST = re.compile(rb"\[[ \t\n\r]*[^\] \t\n\r]")
_LIST_OR_TEXT = re.compile(rb'\[[ \t\n\r]*[^\] \t\n\r]|"[^"]')
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError)
_text: Callable[[msgspec.Raw], str | None] = msgspec.json.Decoder(str | None).decode
_flag = msgspec.json.Decoder(bool | None).decode
_number = msgspec.json.Decoder(int | float | None).decode


class _StreamOptions(msgspec.Struct):
    include_usage: Any = None


_stream_options = msgspec.json.Decoder(_StreamOptions).decode


def envelope_of(
    endpoint: Endpoint, body: Body, bindings: Callable[[Members], tuple[str, ...]] | None = None
) -> Envelope:
    """Decode the envelope that all dialects share; `bindings` finds the ids in it.

    Raises:
        InvalidRequest: names the member.
    """
    members = opened(body)
    model = _model(members, endpoint.default_model)
    stream = endpoint.streams and _stream(members)
    _check_conversation(members, endpoint)
    return Envelope(
        endpoint,
        body,
        members,
        model,
        stream,
        _largest(members, endpoint.caps),
        _largest(members, endpoint.multiples) or 1,
        stream and "stream_options" in members and _wants_usage(members["stream_options"]),
        _service_tier(members["service_tier"]) if "service_tier" in members else None,
        bindings(members) if bindings is not None else (),
    )


def opened(body: Body) -> Members:
    """Return the members of a request body.

    Raises:
        InvalidRequest: it is no JSON object, or gives a member twice.
    """
    try:
        members = members_of(body)
    except NotJson as error:
        raise InvalidRequest(f"the body is not valid JSON: {error}") from error
    except NotAnObject as error:
        raise InvalidRequest("the body must be a JSON object") from error
    if has_repeats(body, members):
        raise InvalidRequest("a member of the body is given twice")
    return members


def _model(members: Members, default: str) -> str:
    raw = members.get("model")
    try:
        model = _text(raw) if raw is not None else None
    except _BROKEN as error:
        raise InvalidRequest("`model` must be a string", param="model") from error
    if model is None and default:
        return default
    if not model:
        raise InvalidRequest("`model` is missing: say which model should answer", param="model")
    return model


def _stream(members: Members) -> bool:
    raw = members.get("stream")
    if raw is None:
        return False
    try:
        return bool(_flag(raw))
    except _BROKEN as error:
        raise InvalidRequest("`stream` must be true or false", param="stream") from error


def _check_conversation(members: Members, endpoint: Endpoint) -> None:
    name = endpoint.conversation
    raw = members.get(name)
    if raw is not None and (_LIST if endpoint.listed else _LIST_OR_TEXT).match(raw):
        return
    if any(other in members for other in endpoint.instead) and (
        raw is None or bytes(raw) in (b"null", b"[]")
    ):
        return
    if raw is None:
        raise InvalidRequest(f"`{name}` is missing", param=name)
    kind = "list" if endpoint.listed else "string or list"
    raise InvalidRequest(f"`{name}` must be a {kind} that is not empty", param=name)


def _largest(members: Members, names: tuple[str, ...]) -> int | None:
    largest = None
    for name in names:
        if name in members:
            value = _positive(members[name], name)
            if value is not None and (largest is None or value > largest):
                largest = value
    return largest


def _positive(raw: msgspec.Raw, name: str) -> int | None:
    """Return a positive integer; clients also write 100.0 and null for it."""
    try:
        value = _number(raw)
    except _BROKEN as error:
        raise InvalidRequest(f"`{name}` must be a positive integer", param=name) from error
    if value is None:
        return None
    if value < 1 or value != int(value):
        raise InvalidRequest(f"`{name}` must be a positive integer", param=name)
    # What is beyond counting is for the upstream to refuse; our sums must stay small.
    return min(int(value), _MOST)


def _wants_usage(raw: msgspec.Raw) -> bool:
    try:
        return _stream_options(raw).include_usage is True
    except _BROKEN:
        return False


def _service_tier(raw: msgspec.Raw) -> str | None:
    try:
        return _text(raw)
    except _BROKEN:
        return None
