"""Arguments of calls, where a dialect asks for an object: of custom tools, too, whose free text is none."""

from typing import Any

import msgspec

from oblivious.adapters.chat.parts import ToolCall
from oblivious.adapters.lenient import decoded, is_object, part

_FREE = "input"
_NOTHING = ("", "null")


def as_object(call: ToolCall) -> Any:
    """Return the arguments of a call as an object; what is none stands in one member.

    That is the free text of a custom tool, and what a model left broken or wrote without an object around it:
    such a call must be able to come back, or the conversation would be over.
    """
    if not call.custom:
        if call.arguments.strip() in _NOTHING:
            return {}
        text = call.arguments.encode("utf-8", "replace")
        if is_object(decoded(text)):
            return msgspec.Raw(text)
    return wrapped(call.arguments)


def wrapped(words: str) -> dict[str, str]:
    """Return the object that carries free text."""
    return {_FREE: words}


def unwrapped(arguments: str) -> str:
    """Return the free text in the arguments of a custom tool that was offered as a function."""
    words = part(decoded(arguments.encode("utf-8", "replace"))).get(_FREE)
    return words if isinstance(words, str) else arguments
