"""Contents that name no speaker: the Gemini API takes them for the user's, Google's cloud refuses them."""

import msgspec

_ROLE = "role"
_USER = msgspec.Raw(b'"user"')
_NOBODY = msgspec.Raw(b"null")

_contents = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])


def with_speakers(contents: msgspec.Raw) -> msgspec.Raw:
    """Return `contents` with the user as the speaker of those that name none; what is no list stays."""
    try:
        listed = _contents.decode(contents)
    except msgspec.DecodeError:
        return contents
    nameless = [one for one in listed if bytes(one.get(_ROLE, _NOBODY)) == b"null"]
    for one in nameless:
        one[_ROLE] = _USER
    return msgspec.Raw(msgspec.json.encode(listed)) if nameless else contents
