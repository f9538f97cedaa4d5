"""The envelope of a Gemini request; what other dialects say in it stands in the path here."""

import re
from collections.abc import Callable

import msgspec

from oblivious.adapters.dialects.endpoint import Endpoint
from oblivious.adapters.dialects.envelope import opened
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.lenient import BROKEN, decoded
from oblivious.adapters.members import Body, Members, NotAnObject, NotJson, members_of
from oblivious.contracts.errors import InvalidRequest

_CONFIG = ("generationConfig", "generation_config")
_CAPS = ("maxOutputTokens", "max_output_tokens")
_COUNTS = ("candidateCount", "candidate_count")
_TIERS = ("serviceTier", "service_tier")
_CACHES = ("cachedContent", "cached_content")
_MOST = 2**31 - 1
_NULL = b"null"

# Google takes an object alone where it asks for a list, and its own older examples write it so.
_FILLED = re.compile(rb'\[[ \t\n\r]*[^\] \t\n\r]|\{[ \t\n\r]*"')

_number: Callable[[msgspec.Raw], int | float | str | None] = msgspec.json.Decoder(
    int | float | str | None
).decode


def read_envelope(endpoint: Endpoint, body: Body, model: str, *, stream: bool) -> Envelope:
    """Decode the envelope of a request to a model.

    Raises:
        InvalidRequest: names the member.
    """
    members = opened(body)
    _check_conversation(members, endpoint)
    config = _config(members)
    return Envelope(
        endpoint,
        body,
        members,
        model,
        stream and endpoint.streams,
        _largest(config, _CAPS),
        _largest(config, _COUNTS) or 1,
        service_tier=_text(members, _TIERS),
        bindings=tuple(filter(None, [_text(members, _CACHES)])),
    )


def _check_conversation(members: Members, endpoint: Endpoint) -> None:
    name = endpoint.conversation
    raw = members.get(name)
    if raw is None or bytes(raw) == _NULL:
        if any(other in members for other in endpoint.instead):
            return
        raise InvalidRequest(f"`{name}` is missing", param=name)
    if not _FILLED.match(raw):
        kind = "a list" if endpoint.listed else "an object"
        raise InvalidRequest(f"`{name}` must be {kind} that is not empty", param=name)


def _config(members: Members) -> Members:
    for name in _CONFIG:
        raw = members.get(name)
        if raw is not None and bytes(raw) != _NULL:
            try:
                return members_of(raw)
            except (NotAnObject, NotJson) as error:
                raise InvalidRequest(f"`{name}` must be an object", param=name) from error
    return {}


def _largest(config: Members, names: tuple[str, ...]) -> int | None:
    found = [_count(config[name], f"{_CONFIG[0]}.{name}") for name in names if name in config]
    return max(filter(None, found), default=None)


def _count(raw: msgspec.Raw, name: str) -> int | None:
    """Return a positive integer; null and 0 are none, and Google also takes "100" and 100.0 for 100."""
    try:
        value = float(_number(raw) or 0)
        whole = int(value)
    except (*BROKEN, ValueError, OverflowError) as error:
        raise InvalidRequest(f"`{name}` must be a positive integer", param=name) from error
    if value != whole or whole < 0:
        raise InvalidRequest(f"`{name}` must be a positive integer", param=name)
    # What is beyond counting is for the upstream to refuse; our sums must stay small.
    return min(whole, _MOST) or None


def _text(members: Members, names: tuple[str, ...]) -> str | None:
    found = next((decoded(members[name]) for name in names if name in members), None)
    return found if isinstance(found, str) and found else None
