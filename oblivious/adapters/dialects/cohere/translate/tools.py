"""Tools and the choice of them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice
from oblivious.adapters.dialects.cohere.translate.names import legal_name
from oblivious.adapters.dialects.cohere.translate.reading import FREE
from oblivious.adapters.dialects.endpoint import COHERE
from oblivious.adapters.lenient import Json, is_object, part
from oblivious.contracts.errors import InvalidRequest

_FREE_SCHEMA = {
    "type": "object",
    "properties": {FREE: {"type": "string", "description": "The whole input, as it is."}},
    "required": [FREE],
}
"""The schema of a tool that takes free text."""

_CHOICES = {"none": "NONE", "required": "REQUIRED", "named": "REQUIRED"}
_MOST_FIELDS = 200


def write_tools(request: ChatRequest, plan: UpstreamPlan) -> list[Json]:
    """Write the tools among which the model may choose; the plan learns what they are called, and how.

    Raises:
        InvalidRequest: a hosted tool is wanted; Cohere has none.
    """
    return [_write_tool(tool, plan) for tool in _among(request)]


def _among(request: ChatRequest) -> Iterable[Tool]:
    """Return the tools that may be called: Cohere is told that a tool must be called, but not which one."""
    names = request.tool_choice.names if request.tool_choice is not None else ()
    return [tool for tool in request.tools if not names or tool.name in names]


def _write_tool(tool: Tool, plan: UpstreamPlan) -> Json:
    if tool.kind == "hosted":
        raise InvalidRequest(
            f"the hosted tool {tool.name!r} cannot be had here: the model is served through {COHERE}",
            param="tools",
        )
    name = legal_name(tool.name)
    if name != tool.name:
        plan.tool_names[name] = tool.name
    if tool.kind == "custom":
        plan.custom_tools |= {name}
        return function(name, _free_words(tool), _FREE_SCHEMA)
    return function(name, tool.description, _schema(tool.schema))


def function(name: str, description: str, schema: Json) -> Json:
    """Return a tool as Cohere takes it."""
    described = {"description": description} if description else {}
    return {"type": "function", "function": {"name": name, **described, "parameters": schema}}


def _schema(schema: Any) -> Json:
    if not is_object(schema):
        return {"type": "object", "properties": {}}
    return schema if schema.get("type") == "object" else {**schema, "type": "object"}


def _free_words(tool: Tool) -> str:
    if not tool.grammar:
        return tool.description
    grammar = msgspec.json.encode(tool.grammar).decode()
    return f"{tool.description}\n\nThe input must follow this format: {grammar}".strip()


def is_strict(tools: Sequence[Tool]) -> bool:
    """Whether calls must fit the schemas: all of them or none, each with a member that it requires."""
    fields = sum(len(part(part(tool.schema).get("properties"))) for tool in tools)
    return bool(tools) and fields <= _MOST_FIELDS and all(map(_can_be_strict, tools))


def _can_be_strict(tool: Tool) -> bool:
    return tool.strict is True and bool(part(tool.schema).get("required"))


def write_choice(choice: ToolChoice | None) -> Json:
    """Write `tool_choice`; without it the model is free."""
    word = _CHOICES.get(choice.mode) if choice is not None else None
    return {"tool_choice": word} if word else {}
