"""What ties a request to the upstream account that answered before: ids it keeps, blobs only it reads."""

from collections.abc import Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.state import WRAPPED, blob_key
from oblivious.adapters.lenient import BROKEN, decoded, parts
from oblivious.adapters.members import Members

_OPENING = ord("[")
_ITEM_REFERENCE = "item_reference"


class Item(msgspec.Struct):
    """What is read of an input or output item."""

    type: Any = None
    id: Any = None
    encrypted_content: Any = None


class _Named(msgspec.Struct):
    id: Any = None


_items = msgspec.json.Decoder(list[Item]).decode
_name = msgspec.json.Decoder(str | _Named | None).decode


def bindings_in(members: Members) -> tuple[str, ...]:
    """Return the binding keys of a request, each once, in their order."""
    found: dict[str, None] = {}
    for name in ("previous_response_id", "conversation"):
        if name in members:
            found[_id_of(members[name])] = None
    if "input" in members and memoryview(members["input"])[0] == _OPENING:
        found.update(dict.fromkeys(_keys(items_of(members["input"]))))
    found.pop("", None)
    return tuple(found)


def items_of(raw: msgspec.Raw) -> list[Item]:
    """Return the items of a list, none where it is no list; what is no item is passed over."""
    try:
        return _items(raw)
    except msgspec.ValidationError:
        return _odd_items(raw)
    except BROKEN:
        return []


def _keys(items: list[Item]) -> Iterator[str]:
    for item in items:
        if item.type == _ITEM_REFERENCE and isinstance(item.id, str):
            yield item.id
        if isinstance(item.encrypted_content, str) and not_ours(item.encrypted_content):
            yield blob_key(item.encrypted_content)


def not_ours(blob: str) -> bool:
    """Whether an upstream account made it: what we wrapped for the client is bound to nobody."""
    return bool(blob) and not blob.startswith(WRAPPED)


def _odd_items(raw: msgspec.Raw) -> list[Item]:
    found = parts(decoded(raw))
    return [Item(item.get("type"), item.get("id"), item.get("encrypted_content")) for item in found]


def _id_of(raw: msgspec.Raw) -> str:
    """Return an id that is written plainly or as `{"id": ...}`; empty where neither is."""
    try:
        named = _name(raw)
    except BROKEN:
        return ""
    value = named.id if isinstance(named, _Named) else named
    return value if isinstance(value, str) else ""
