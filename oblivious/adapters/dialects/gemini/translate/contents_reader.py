"""Contents to turns."""

from typing import Any

from oblivious.adapters.chat.parts import Part
from oblivious.adapters.chat.request import Role, Turn
from oblivious.adapters.dialects.fields import members, text, wrong
from oblivious.adapters.dialects.gemini.translate.calls import Calls
from oblivious.adapters.dialects.gemini.translate.names import listed
from oblivious.adapters.dialects.gemini.translate.parts import join, read_part

_ROLES: dict[str, Role] = {
    "": "user",
    "user": "user",
    "model": "assistant",
    "function": "user",
    "tool": "user",
    "assistant": "assistant",
    "system": "system",
}


def read_contents(value: Any) -> tuple[Turn, ...]:
    """Read the conversation.

    Raises:
        InvalidRequest: names the content, and what is wrong with it.
    """
    calls = Calls()
    return tuple(_read_content(item, turn, calls) for turn, item in enumerate(listed(value, "contents")))


def read_instruction(value: Any) -> tuple[Turn, ...]:
    """Read `systemInstruction`: a content, or a text as some write it; none where nothing is in it.

    Raises:
        InvalidRequest: names what is wrong with it.
    """
    given = {"parts": [{"text": value}]} if isinstance(value, str) else members(value, "systemInstruction")
    parts = _read_parts(given.get("parts"), "systemInstruction")
    return (Turn("system", parts),) if parts else ()


def _read_content(value: Any, turn: int, calls: Calls) -> Turn:
    name = f"contents[{turn}]"
    content = members(value, name)
    role = text(content.get("role"), f"{name}.role")
    if role not in _ROLES:
        raise wrong(f"{name}.role", f"user or model, not {role!r}")
    parts = _read_parts(content.get("parts"), name)
    known = [calls.known(each, turn, place) for place, each in enumerate(parts)]
    return Turn(_ROLES[role], tuple(_joined(known) if _ROLES[role] == "assistant" else known))


def _joined(parts: list[Part]) -> list[Part]:
    found: list[Part] = []
    for each in parts:
        join(found, each)
    return found


def _read_parts(value: Any, name: str) -> tuple[Part, ...]:
    found = [
        read_part(item, f"{name}.parts[{place}]") for place, item in enumerate(listed(value, f"{name}.parts"))
    ]
    return tuple(each for each in found if each is not None)
