"""Arguments of calls: an object in this dialect, JSON text in neutral chat, plain text for custom tools."""

from typing import Any

import msgspec

from oblivious.adapters.chat.arguments import wrapped
from oblivious.adapters.lenient import decoded, is_object


def text_of(value: object) -> str:
    """Return the arguments as JSON; what is no object stands for none."""
    return msgspec.json.encode(value).decode() if is_object(value) else "{}"


def object_of(arguments: str, *, custom: bool) -> Any:
    """Return the arguments of a call for a client; what a model left broken becomes an empty object."""
    if custom:
        return wrapped(arguments)
    text = arguments.encode("utf-8", "replace")
    return msgspec.Raw(text) if is_object(decoded(text)) else {}
