"""Tools as an upstream takes them."""

from collections.abc import Iterable
from typing import Any

import msgspec

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice
from oblivious.adapters.dialects.endpoint import OLLAMA
from oblivious.adapters.lenient import Json, is_object
from oblivious.contracts.errors import InvalidRequest

_FREE = {
    "type": "object",
    "properties": {"input": {"type": "string", "description": "The whole input, as it is."}},
    "required": ["input"],
}
"""The schema of a tool that takes free text."""


def write_tools(request: ChatRequest, plan: UpstreamPlan) -> list[Json]:
    """Write the tools among which the model may choose.

    Ollama has no word for a choice of tools (its docs, 2026-11-27): what may not be called is not offered,
    and that something must be called is left out, and named in the plan.

    Raises:
        InvalidRequest: a hosted tool is wanted; Ollama has none.
    """
    choice = request.tool_choice
    if choice is not None and choice.mode in ("required", "named") and request.tools:
        plan.dropped.append("tool_choice")
    return [_write_tool(tool, plan) for tool in _among(request.tools, choice)]


def _among(tools: Iterable[Tool], choice: ToolChoice | None) -> Iterable[Tool]:
    if choice is None or (choice.mode != "none" and not choice.names):
        return tools
    return [] if choice.mode == "none" else [tool for tool in tools if tool.name in choice.names]


def _write_tool(tool: Tool, plan: UpstreamPlan) -> Json:
    if tool.kind == "hosted":
        raise InvalidRequest(
            f"the hosted tool {tool.name!r} cannot be had here: the model is served through {OLLAMA}",
            param="tools",
        )
    if tool.kind == "custom":
        plan.custom_tools |= {tool.name}
        return _function(tool.name, _free_words(tool), _FREE)
    return _function(tool.name, tool.description, _write_schema(tool.schema))


def _function(name: str, description: str, schema: Json) -> Json:
    described = {"description": description} if description else {}
    return {"type": "function", "function": {"name": name, **described, "parameters": schema}}


def _write_schema(schema: Any) -> Json:
    """Return a schema whose type is one word, and which has properties: Ollama refuses others."""
    known = schema if is_object(schema) else {}
    return {**known, "type": "object", "properties": known.get("properties") or {}}


def _free_words(tool: Tool) -> str:
    if not tool.grammar:
        return tool.description
    grammar = msgspec.json.encode(tool.grammar).decode()
    return f"{tool.description}\n\nThe input must follow this format: {grammar}".strip()
