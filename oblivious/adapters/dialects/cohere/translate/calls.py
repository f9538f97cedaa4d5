"""Calls of tools, by the names that the client knows."""

from oblivious.adapters.chat.parts import ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.cohere.translate.reading import word
from oblivious.adapters.lenient import Json, part
from oblivious.contracts.ids import new_id


def name_in(call: Json) -> str:
    """Return the upstream's name of the tool that is called."""
    return word(part(call.get("function")), "name")


def call_of(call: Json, plan: UpstreamPlan, arguments: str = "") -> ToolCall:
    """Return a call; one without an id is given one."""
    name = name_in(call)
    return ToolCall(
        id=word(call, "id") or f"call_{new_id()}",
        name=plan.tool_names.get(name, name),
        arguments=arguments,
        custom=name in plan.custom_tools,
    )


def is_answer(call: Json, plan: UpstreamPlan) -> bool:
    """Whether the arguments of a call are the answer itself."""
    return bool(plan.schema_tool) and name_in(call) == plan.schema_tool
