"""Decode what others wrote without trusting it."""

from typing import Any, TypeGuard

import msgspec

Json = dict[str, Any]

BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Everything decoding can raise on bytes that are not what they should be."""

ABSENT = (msgspec.Raw(), msgspec.Raw(b"null"))
"""What a member holds that was not given."""

_SHORT_BYTES = 64

_decode = msgspec.json.Decoder().decode


def decoded(text: bytes | msgspec.Raw) -> Any:
    """Return the value of a JSON text, None where it is not JSON."""
    try:
        return _decode(text)
    except BROKEN:
        return None


def object_in(text: bytes | msgspec.Raw) -> Json | None:
    """Return the object a JSON text holds, None where it holds none."""
    value = decoded(text)
    return value if is_object(value) else None


def is_object(value: object) -> TypeGuard[Json]:
    """Whether a decoded value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a decoded value is a JSON list."""
    return isinstance(value, list)


def part(value: object) -> Json:
    """Return an object's members, none for what is no object."""
    return value if is_object(value) else {}


def holds(raw: msgspec.Raw) -> bool:
    """Whether a member was given, and neither null nor empty; what is long is not decoded for it."""
    return memoryview(raw).nbytes > _SHORT_BYTES or bool(decoded(raw))


def parts(value: object) -> list[Json]:
    """Return the objects in a list, none for what is no list."""
    return [item for item in value if is_object(item)] if is_list(value) else []
