"""A client's tools, and which of them may or must be used."""

from collections.abc import Iterator, Sequence
from typing import Any

from oblivious.adapters.chat.request import Tool, ToolChoice
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.fields import flag, items, members, text, wrong
from oblivious.adapters.dialects.openai_chat.translate.content import cache_of
from oblivious.adapters.dialects.openai_responses.translate.names import NAMESPACE, flat, home_of
from oblivious.adapters.lenient import Json, is_object, parts

HOSTED = {
    "web_search": "web_search",
    "web_search_2025_08_26": "web_search",
    "web_search_preview": "web_search",
    "web_search_preview_2025_03_11": "web_search",
    "file_search": "file_search",
    "code_interpreter": "code_execution",
    "image_generation": "image_generation",
    "computer": "computer",
    "computer_use": "computer",
    "computer_use_preview": "computer",
    "mcp": "mcp",
    "shell": "shell",
    "local_shell": "shell",
    "tool_search": "tool_search",
}
"""Types of tools to neutral names (types of the SDK openai 3.52, 2026-11); others keep the name they have."""

_OWN = ("function", "custom")
_FUNCTION = frozenset({"type", "name", "description", "parameters", "strict", NAMESPACE})
_CUSTOM = frozenset({"type", "name", "description", "format", NAMESPACE})
_MODES = frozenset({"auto", "none", "required"})


def read_tools(value: Any, name: str) -> Iterator[Tool]:
    """Yield the tools; those in a namespace come flat.

    Raises:
        InvalidRequest: names the tool that is wrong.
    """
    for place, given in enumerate(items(value, name)):
        yield from _read_tool(members(given, f"{name}[{place}]"), f"{name}[{place}]")


def _read_tool(tool: Json, name: str) -> Iterator[Tool]:
    kind = text(tool.get("type"), f"{name}.type") or "function"
    if kind == "namespace":
        yield from _namespace(tool, name)
    elif kind in _OWN:
        yield _own(tool, kind, name)
    else:
        yield Tool(kind="hosted", name=HOSTED.get(kind, kind), origin=OPENAI_RESPONSES, native=tool)


def _namespace(space: Json, name: str) -> Iterator[Tool]:
    """Yield the tools of a namespace; the first one tells the model what the namespace is for."""
    title = _named(space, name)
    about = text(space.get("description"), f"{name}.description")
    for place, given in enumerate(items(space.get("tools"), f"{name}.tools")):
        at = f"{name}.tools[{place}]"
        own = members(given, at)
        kind = text(own.get("type"), f"{at}.type") or "function"
        if kind not in _OWN:
            raise wrong(f"{at}.type", "function or custom")
        home = {"name": title, "description": about, "tool": own}
        yield _own(own, kind, at, home, "" if place else about)


def _own(tool: Json, kind: str, name: str, home: Json | None = None, about: str = "") -> Tool:
    """Read a tool that the client runs itself."""
    known = _FUNCTION if kind == "function" else _CUSTOM
    more = {key: value for key, value in tool.items() if key not in known}
    title = flat(home["name"] if home else "", _named(tool, name))
    description = text(tool.get("description"), f"{name}.description")
    schema = tool.get("parameters")
    return Tool(
        kind="function" if kind == "function" else "custom",
        name=title,
        description="\n\n".join(filter(None, (about, description))),
        schema=None if schema is None or kind != "function" else members(schema, f"{name}.parameters"),
        strict=flag(tool.get("strict"), f"{name}.strict") if kind == "function" else None,
        grammar=_grammar(tool.get("format"), f"{name}.format") if kind == "custom" else None,
        cache=cache_of(tool),
        more=more if home is None else {**more, NAMESPACE: home},
    )


def _grammar(value: Any, name: str) -> Json | None:
    """Return a grammar in the shape that chat completions have; a free text has none."""
    given = members(value, name)
    if given.get("type") != "grammar" or "grammar" in given:
        return None if given.get("type") in (None, "text") else given
    return {"type": "grammar", "grammar": {key: given[key] for key in given if key != "type"}}


def _named(value: Json, name: str) -> str:
    found = text(value.get("name"), f"{name}.name")
    if not found:
        raise wrong(f"{name}.name", "a string that is not empty")
    return found


def read_choice(value: Any, tools: Sequence[Tool]) -> ToolChoice | None:
    """Read `tool_choice`.

    Raises:
        InvalidRequest: it is none of the known forms.
    """
    if value is None:
        return None
    if isinstance(value, str):
        if value not in _MODES:
            raise wrong("tool_choice", "auto, none, required or a tool")
        return ToolChoice(value)  # type: ignore[arg-type]  # one of the modes, as was just seen
    given = members(value, "tool_choice")
    if text(given.get("type"), "tool_choice.type") == "allowed_tools":
        among = [name for each in parts(given.get("tools")) for name in _meant(each, tools)]
        return ToolChoice("required" if given.get("mode") == "required" else "auto", tuple(among))
    meant = tuple(_meant(given, tools))
    if not meant:
        raise wrong("tool_choice", "auto, none, required or a tool with its name")
    return ToolChoice("named", meant[:1])


def _meant(reference: Json, tools: Sequence[Tool]) -> Iterator[str]:
    """Yield the names of the tools that a reference means."""
    kind, inner = reference.get("type"), reference.get("function")
    named = inner if is_object(inner) else reference  # as chat completions write it
    name, space = named.get("name"), named.get("namespace")
    if kind == "namespace":
        yield from (tool.name for tool in tools if home_of(tool).get("name") == name)
    elif kind is None or kind in _OWN:
        if isinstance(name, str) and name:
            yield flat(space if isinstance(space, str) else "", name)
    elif isinstance(kind, str):
        yield HOSTED.get(kind, kind)
