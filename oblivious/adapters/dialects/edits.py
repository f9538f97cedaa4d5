"""What changes in a body on its way up, and back on the way down."""

import msgspec

from oblivious.adapters.dialects.face import Edits, Envelope
from oblivious.adapters.members import Body, Cut, NotAnObject, NotJson, apply, members_of, replaced

_ASKED = b'{"include_usage":true}'


def asks_usage(envelope: Envelope, edits: Edits) -> bool:
    """Whether we ask for the usage of a stream whose client did not."""
    return (
        edits.include_usage
        and envelope.stream
        and envelope.endpoint.usage_option
        and not envelope.wants_usage
    )


def cuts_of(envelope: Envelope, edits: Edits) -> list[Cut]:
    """Return what changes: the mapped model, and the wish for usage."""
    cuts: list[Cut] = []
    if edits.model is not None:
        name = msgspec.json.encode(edits.model)
        cuts.append(replaced(envelope.body, envelope.members, "model", name))
    if asks_usage(envelope, edits):
        options = _asking(envelope.members.get("stream_options"))
        if options is not None:
            cuts.append(replaced(envelope.body, envelope.members, "stream_options", options))
    return cuts


def outbound(envelope: Envelope, edits: Edits) -> Body:
    """Return the body that goes up: the client's own object where nothing changes."""
    cuts = cuts_of(envelope, edits)
    return apply(envelope.body, cuts) if cuts else envelope.body


def client_model(envelope: Envelope) -> bytes:
    """Return the model as the client calls it, as JSON."""
    return msgspec.json.encode(envelope.model)


def with_model(text: bytes, model: bytes, inside: str | None = None) -> bytes:
    """Return an answer or an event that names the model so (as JSON), at the top or in one of its members.

    What has no such member comes back as it is.
    """
    if inside is None:
        alias = renaming(text, model)
        return text if alias is None else renamed(text, alias)
    try:
        members = members_of(text)
        inner = with_model(bytes(members[inside]), model)
    except (NotJson, NotAnObject, KeyError):
        return text
    return apply(text, [replaced(text, members, inside, inner)])


Alias = tuple[bytes, bytes]
"""How a text begins, up to and with its model, and how it begins with the model named otherwise."""


def renaming(text: bytes, model: bytes) -> Alias | None:
    """Return what names the model so (as JSON) in this text, and in all that begin with the same bytes.

    None where it names no model at its top.
    """
    try:
        members = members_of(text)
    except (NotJson, NotAnObject):
        return None
    if "model" not in members:
        return None
    start, end, value = replaced(text, members, "model", model)
    return text[:end], text[:start] + value


def renamed(text: bytes, alias: Alias) -> bytes:
    """Return a text that begins as the alias says with its model renamed."""
    return alias[1] + text[len(alias[0]) :]


def _asking(options: msgspec.Raw | None) -> bytes | None:
    """Return stream options that ask for usage; None where the client's are no object."""
    text = bytes(options) if options is not None else b"null"
    if text == b"null":
        return _ASKED
    try:
        members = members_of(text)
    except NotAnObject:
        return None
    return apply(text, [replaced(text, members, "include_usage", b"true")])
