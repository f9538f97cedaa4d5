"""`system` and `messages` as turns."""

from typing import Any

from oblivious.adapters.chat.parts import Part, Text
from oblivious.adapters.chat.request import Role, Turn
from oblivious.adapters.dialects.anthropic.translate.parts_reader import read_content
from oblivious.adapters.dialects.fields import items, members, text, wrong

_ROLES: dict[str, Role] = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "developer": "developer",
}
_BILLING = "x-anthropic-billing-header:"
"""How a block of Claude Code begins that changes with every request: no cache would survive it."""


def read_turns(system: Any, messages: Any) -> tuple[Turn, ...]:
    """Read the conversation, what the system says first.

    Raises:
        InvalidRequest: names the message, and what is wrong with it.
    """
    said = tuple(each for each in read_content(system, "system") if not _is_billing(each))
    turns = [
        _read_message(item, f"messages[{place}]") for place, item in enumerate(items(messages, "messages"))
    ]
    return (Turn("system", said), *turns) if said else tuple(turns)


def _is_billing(part: Part) -> bool:
    return isinstance(part, Text) and part.text.startswith(_BILLING)


def _read_message(value: Any, name: str) -> Turn:
    message = members(value, name)
    given = text(message.get("role"), f"{name}.role")
    role = _ROLES.get(given)
    if role is None:
        raise wrong(f"{name}.role", f"one of {', '.join(_ROLES)}, not {given!r}")
    return Turn(role, read_content(message.get("content"), f"{name}.content"))
