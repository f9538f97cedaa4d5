"""Calls that a model makes: whole, with arguments that are an object."""

from collections.abc import Iterator

import msgspec

from oblivious.adapters.chat.parts import ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.lenient import Json, is_object, part, parts
from oblivious.contracts.ids import new_id


def read_calls(message: Json, plan: UpstreamPlan) -> Iterator[ToolCall]:
    """Yield the calls of a message; older servers give them no ids."""
    for call in parts(message.get("tool_calls")):
        called = part(call.get("function"))
        name = word(called, "name")
        custom = name in plan.custom_tools
        yield ToolCall(
            id=word(call, "id") or f"call_{new_id()}",
            name=name,
            arguments=_free(called) if custom else _arguments(called),
            custom=custom,
        )


def word(value: Json, name: str) -> str:
    """Return a text of a provider's, empty where it wrote none."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _arguments(called: Json) -> str:
    """Return the arguments as JSON; what is no object stands for none."""
    arguments = called.get("arguments")
    return msgspec.json.encode(arguments).decode() if is_object(arguments) else "{}"


def _free(called: Json) -> str:
    """Return the free text of a tool that was offered as a function."""
    words = part(called.get("arguments")).get("input")
    return words if isinstance(words, str) else _arguments(called)
