"""Tools and the choice of them, in both directions."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice
from oblivious.adapters.dialects.anthropic.translate.caching import CONTROL, read_mark, write_mark
from oblivious.adapters.dialects.anthropic.translate.names import legal_name
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.fields import flag, items, members, text, wrong
from oblivious.adapters.lenient import Json, is_object
from oblivious.contracts.errors import InvalidRequest

_CLIENTS = frozenset({"", "custom"})
"""Types of tools that the client runs, and describes itself."""

_DATE = re.compile(r"_\d{8}$")
_NEUTRAL = {
    "bash": "shell",
    "computer_toolset": "computer",
    "browser_toolset": "computer",
    "tool_search_tool_regex": "tool_search",
    "tool_search_tool_bm25": "tool_search",
    "mcp_toolset": "mcp",
}
"""Types without their dates to neutral names, where they differ."""

_PLAINEST: dict[str, Json] = {
    "web_search": {"type": "web_search_20250305", "name": "web_search"},
    "web_fetch": {"type": "web_fetch_20250910", "name": "web_fetch"},
    "code_execution": {"type": "code_execution_20250825", "name": "code_execution"},
}
"""What stands for another dialect's hosted tool (types of the official SDK 2.11, 2026-11)."""

_SAID = frozenset({"type", "name", "description", "input_schema", "strict", CONTROL})
_FREE = {
    "type": "object",
    "properties": {"input": {"type": "string", "description": "The whole input, as it is."}},
    "required": ["input"],
}
"""The schema of a tool that takes free text."""


def read_tools(value: Any) -> tuple[Tool, ...]:
    """Read `tools`.

    Raises:
        InvalidRequest: names the tool that is wrong.
    """
    return tuple(_read_tool(tool, f"tools[{place}]") for place, tool in enumerate(items(value, "tools")))


def _read_tool(value: Any, name: str) -> Tool:
    tool = members(value, name)
    kind = text(tool.get("type"), f"{name}.type")
    if kind not in _CLIENTS:
        return _hosted(tool, kind)
    schema = tool.get("input_schema")
    called = text(tool.get("name"), f"{name}.name")
    if not called:
        raise wrong(f"{name}.name", "a string that is not empty")
    return Tool(
        kind="function",
        name=called,
        description=text(tool.get("description"), f"{name}.description"),
        schema=None if schema is None else members(schema, f"{name}.input_schema"),
        strict=flag(tool.get("strict"), f"{name}.strict"),
        cache=read_mark(tool),
        more={key: more for key, more in tool.items() if key not in _SAID},
    )


def _hosted(tool: Json, kind: str) -> Tool:
    undated = _DATE.sub("", kind)
    native = {key: value for key, value in tool.items() if key != CONTROL}
    name = _NEUTRAL.get(undated, undated)
    return Tool(kind="hosted", name=name, origin=ANTHROPIC, native=native, cache=read_mark(tool))


def write_tools(request: ChatRequest, plan: UpstreamPlan) -> list[Json]:
    """Write the tools among which the model may choose; the plan learns what they are called, and how.

    Raises:
        InvalidRequest: a hosted tool is wanted that Anthropic has not.
    """
    return [_write_tool(tool, request.origin, plan) for tool in _among(request)]


def _among(request: ChatRequest) -> Iterable[Tool]:
    choice = request.tool_choice
    if choice is None or choice.mode == "named" or not choice.names:
        return request.tools
    return [tool for tool in request.tools if tool.name in choice.names]


def _write_tool(tool: Tool, origin: str, plan: UpstreamPlan) -> Json:
    if tool.kind == "hosted":
        return {**_write_hosted(tool), **write_mark(tool.cache)}
    name = legal_name(tool.name)
    if name != tool.name:
        plan.tool_names[name] = tool.name
    described: Json = {"name": name}
    if tool.kind == "custom":
        plan.custom_tools |= {name}
        return described | {"description": _free_words(tool), "input_schema": _FREE, **write_mark(tool.cache)}
    if tool.description:
        described["description"] = tool.description
    described["input_schema"] = _write_schema(tool.schema)
    if origin == ANTHROPIC:
        # Of others `strict` is not taken over: too many strict tools make Anthropic refuse the whole request.
        described |= tool.more if tool.strict is None else {"strict": tool.strict, **tool.more}
    return described | write_mark(tool.cache)


def _write_schema(schema: Any) -> Json:
    if not is_object(schema):
        return {"type": "object", "properties": {}}
    return schema if schema.get("type") == "object" else {**schema, "type": "object"}


def _free_words(tool: Tool) -> str:
    if not tool.grammar:
        return tool.description
    grammar = msgspec.json.encode(tool.grammar).decode()
    return f"{tool.description}\n\nThe input must follow this format: {grammar}".strip()


def _write_hosted(tool: Tool) -> Json:
    if tool.origin == ANTHROPIC and is_object(tool.native):
        return tool.native
    like = _PLAINEST.get(tool.name)
    if like is None:
        raise InvalidRequest(
            f"the hosted tool {tool.name!r} cannot be had here: the model is served through {ANTHROPIC}",
            param="tools",
        )
    return like


def read_choice(value: Any) -> tuple[ToolChoice | None, bool | None]:
    """Read `tool_choice`: which tool, and whether several at once.

    Raises:
        InvalidRequest: a tool is to be called, but none is named.
    """
    choice = members(value, "tool_choice")
    single = flag(choice.get("disable_parallel_tool_use"), "tool_choice.disable_parallel_tool_use")
    parallel = None if single is None else not single
    kind = text(choice.get("type"), "tool_choice.type")
    if kind == "tool":
        name = text(choice.get("name"), "tool_choice.name")
        if not name:
            raise wrong("tool_choice.name", "a string that is not empty")
        return ToolChoice("named", (name,)), parallel
    return _MODES.get(kind), parallel


_MODES = {"auto": ToolChoice("auto"), "any": ToolChoice("required"), "none": ToolChoice("none")}


def is_forced(choice: ToolChoice | None) -> bool:
    """Whether a tool must be called."""
    return choice is not None and choice.mode in ("required", "named")


def write_choice(choice: ToolChoice | None, *, parallel: bool | None) -> Json | None:
    """Write `tool_choice`; None leaves it to Anthropic."""
    written = _written_choice(choice)
    if written is None and parallel is None:
        return None
    written = written or {"type": "auto"}
    if parallel is not None and written["type"] != "none":
        written["disable_parallel_tool_use"] = not parallel
    return written


def _written_choice(choice: ToolChoice | None) -> Json | None:
    if choice is None:
        return None
    if choice.mode == "named" and choice.names:
        return {"type": "tool", "name": legal_name(choice.names[0])}
    return {"type": {"required": "any", "named": "any"}.get(choice.mode, choice.mode)}


def names_of(tools: Iterable[Json]) -> Iterator[str]:
    """Yield how tools that were written are called."""
    for tool in tools:
        name = tool.get("name")
        if isinstance(name, str):
            yield name
