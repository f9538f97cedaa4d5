"""Read what an upstream wrote without trusting it."""

import msgspec

from oblivious.adapters.lenient import Json, decoded, part

FREE = "input"
"""The member that holds the text of a tool that takes free text."""


def word(value: Json, name: str) -> str:
    """Return a text, an empty one where there is none."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def arguments_in(function: Json) -> str:
    """Return the arguments of a call as JSON text, which they are; some write the object itself."""
    value = function.get("arguments")
    if value is None or isinstance(value, str):
        return value or ""
    return msgspec.json.encode(value).decode()


def unwrapped(arguments: str) -> str:
    """Return the free text in the arguments of a custom tool that was offered as a function."""
    words = part(decoded(arguments.encode("utf-8", "replace"))).get(FREE)
    return words if isinstance(words, str) else arguments
