"""Tools and the choice of them, in both directions."""

from collections.abc import Iterator
from typing import Any

from oblivious.adapters.chat.parts import CacheMark
from oblivious.adapters.chat.request import Mode, Tool, ToolChoice
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.dialects.fields import flag, items, members, text, wrong
from oblivious.adapters.dialects.openai_chat.translate.content import cache_of
from oblivious.adapters.lenient import Json, part, parts
from oblivious.contracts.errors import InvalidRequest

SEARCH = "web_search_options"
_FUNCTION = frozenset({"name", "description", "parameters", "strict"})
_MODES: dict[str, Mode] = {"auto": "auto", "none": "none", "required": "required", "any": "required"}
"""`any` is Mistral's word, and that of clients who know Anthropic."""


def read_tools(body: Json) -> tuple[Tool, ...]:
    """Read `tools`, the older `functions`, and the wish for web search.

    Raises:
        InvalidRequest: names the tool that is wrong.
    """
    found = [
        _read_tool(tool, f"tools[{place}]") for place, tool in enumerate(items(body.get("tools"), "tools"))
    ]
    functions = items(body.get("functions"), "functions")
    found += [
        _function(members(each, f"functions[{place}]"), f"functions[{place}]")
        for place, each in enumerate(functions)
    ]
    if body.get(SEARCH) is not None:
        options = members(body[SEARCH], SEARCH)
        found.append(Tool(kind="hosted", name="web_search", origin=OPENAI_CHAT, native=options))
    return tuple(found)


def _read_tool(value: Any, name: str) -> Tool:
    tool = members(value, name)
    kind = text(tool.get("type"), f"{name}.type") or "function"
    if kind == "function":
        return _function(
            members(tool.get("function"), f"{name}.function"), f"{name}.function", cache_of(tool)
        )
    if kind == "custom":
        custom = members(tool.get("custom"), f"{name}.custom")
        return Tool(
            kind="custom",
            name=_named(custom, f"{name}.custom"),
            description=text(custom.get("description"), f"{name}.custom.description"),
            grammar=custom.get("format"),
        )
    raise InvalidRequest(f"`{name}.type` {kind!r} is unknown here", param=f"{name}.type")


def _function(value: Json, name: str, cache: CacheMark | None = None) -> Tool:
    schema = value.get("parameters")
    return Tool(
        kind="function",
        name=_named(value, name),
        description=text(value.get("description"), f"{name}.description"),
        schema=None if schema is None else members(schema, f"{name}.parameters"),
        strict=flag(value.get("strict"), f"{name}.strict"),
        cache=cache,
        more={key: more for key, more in value.items() if key not in _FUNCTION},
    )


def _named(value: Json, name: str) -> str:
    found = text(value.get("name"), f"{name}.name")
    if not found:
        raise wrong(f"{name}.name", "a string that is not empty")
    return found


def read_choice(value: Any, name: str) -> ToolChoice | None:
    """Read `tool_choice`, or the older `function_call`.

    Raises:
        InvalidRequest: it is none of the known forms.
    """
    if value is None:
        return None
    if isinstance(value, str):
        if value not in _MODES:
            raise wrong(name, "auto, none, required or a tool")
        return ToolChoice(_MODES[value])
    given = members(value, name)
    allowed = given.get("allowed_tools")
    if allowed is not None:
        among = members(allowed, f"{name}.allowed_tools")
        mode: Mode = "required" if among.get("mode") == "required" else "auto"
        return ToolChoice(mode, tuple(_names_in(parts(among.get("tools")))))
    named = given.get("function") or given.get("custom") or given
    return ToolChoice("named", (_named(members(named, name), name),))


def _names_in(tools: list[Json]) -> Iterator[str]:
    for tool in tools:
        found = part(tool.get("function") or tool.get("custom") or tool).get("name")
        if isinstance(found, str):
            yield found


def write_tool(tool: Tool) -> Json:
    """Write a function or a custom tool; hosted ones are no tools of chat."""
    if tool.kind == "custom":
        custom: Json = {"name": tool.name, "description": tool.description}
        return {"type": "custom", "custom": custom | ({"format": tool.grammar} if tool.grammar else {})}
    function: Json = {"name": tool.name}
    if tool.description:
        function["description"] = tool.description
    function["parameters"] = tool.schema if tool.schema is not None else {"type": "object", "properties": {}}
    if tool.strict is not None:
        function["strict"] = tool.strict
    return {"type": "function", "function": function}


def write_search(tools: tuple[Tool, ...]) -> Json | None:
    """Return the options of a web search, None where none is wanted.

    Raises:
        InvalidRequest: a hosted tool is wanted that chat has not.
    """
    found: Json | None = None
    for tool in tools:
        if tool.kind == "hosted":
            if tool.name != "web_search":
                raise InvalidRequest(
                    f"the hosted tool {tool.name!r} cannot be had: the model is served by {OPENAI_CHAT}",
                    param="tools",
                )
            found = tool.native if tool.origin == OPENAI_CHAT else {}
    return found


def write_choice(choice: ToolChoice, tools: tuple[Tool, ...]) -> Any:
    """Write which tools may or must be used."""
    kinds: dict[str, str] = {tool.name: tool.kind for tool in tools}
    if choice.mode == "named":
        return _reference(choice.names[0], kinds)
    if not choice.names:
        return choice.mode
    among = [_reference(name, kinds) for name in choice.names]
    return {"type": "allowed_tools", "allowed_tools": {"mode": choice.mode, "tools": among}}


def _reference(name: str, kinds: dict[str, str]) -> Json:
    kind = "custom" if kinds.get(name) == "custom" else "function"
    return {"type": kind, kind: {"name": name}}
