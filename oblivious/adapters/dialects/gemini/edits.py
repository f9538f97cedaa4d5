"""What changes where a model is mapped: names inside a body on its way up, the version on the way down."""

import msgspec

from oblivious.adapters.dialects.face import Edits, Envelope
from oblivious.adapters.dialects.gemini.endpoints import resource_of
from oblivious.adapters.lenient import BROKEN
from oblivious.adapters.members import Cut, Members, NotAnObject, NotJson, apply, members_of, replaced

_MODEL = "model"
_VERSION = "modelVersion"
_WHOLE = ("generateContentRequest", "generate_content_request")
_MANY = "requests"

_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def cuts_of(envelope: Envelope, edits: Edits) -> list[Cut]:
    """Return what changes in the body: a model that it names besides the path's must be the same one."""
    if edits.model is None:
        return []
    name = msgspec.json.encode(resource_of(edits.model))
    found = _renamed_members(envelope.members, name)
    return [replaced(envelope.body, envelope.members, member, new) for member, new in found.items()]


def with_version(body: bytes, model: bytes) -> bytes:
    """Return an answer, or a list of them, that says it came from this model (as JSON)."""
    if body.lstrip()[:1] == b"[":
        return _each(body, _VERSION, model)
    return _with(body, _VERSION, model)


def _renamed_members(members: Members, name: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    if _MODEL in members:
        found[_MODEL] = name
    for member in _WHOLE:
        if member in members:
            found[member] = _with(bytes(members[member]), _MODEL, name)
    if _MANY in members:
        found[_MANY] = _each(bytes(members[_MANY]), _MODEL, name)
    return found


def _each(text: bytes, member: str, value: bytes) -> bytes:
    try:
        items = _list(text)
    except BROKEN:
        return text
    texts = [bytes(item) for item in items]
    changed = [_with(item, member, value) for item in texts]
    return text if changed == texts else b"[" + b",".join(changed) + b"]"


def _with(text: bytes, member: str, value: bytes) -> bytes:
    """Return an object with another value for a member; what has no such member comes back as it is."""
    try:
        members = members_of(text)
    except (NotJson, NotAnObject):
        return text
    return apply(text, [replaced(text, members, member, value)]) if member in members else text
