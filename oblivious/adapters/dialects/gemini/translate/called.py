"""Calls of an upstream's answer, with what the request's writer changed changed back."""

import msgspec

from oblivious.adapters.chat.parts import ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.lenient import object_in
from oblivious.contracts.ids import new_id


def as_the_client_knows(call: ToolCall, plan: UpstreamPlan) -> ToolCall:
    """Return a call by the client's name of its tool, with an id, and with free text where it takes that."""
    name = plan.tool_names.get(call.name, call.name)
    custom = name in plan.custom_tools
    return msgspec.structs.replace(
        call,
        id=call.id or f"call_{new_id()}",
        name=name,
        arguments=_free_text(call.arguments) if custom else call.arguments,
        custom=custom,
    )


def _free_text(arguments: str) -> str:
    words = (object_in(arguments.encode("utf-8", "replace")) or {}).get("input")
    return words if isinstance(words, str) else arguments
