"""Tools and the choice of them for an upstream, or told back to the client that sent them."""

from collections.abc import Sequence
from typing import Any

from oblivious.adapters.chat.request import Tool, ToolChoice
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.names import home_of, legal
from oblivious.adapters.lenient import Json, part
from oblivious.contracts.errors import InvalidRequest

_LIKE: dict[str, Json] = {
    "web_search": {"type": "web_search"},
    "code_execution": {"type": "code_interpreter", "container": {"type": "auto"}},
    "image_generation": {"type": "image_generation"},
}
"""What is here for a hosted tool of another dialect; a file search needs stores that only OpenAI keeps."""

_ANYTHING: Json = {"type": "object", "properties": {}}


def write_tools(tools: Sequence[Tool], *, own: bool) -> list[Json]:
    """Write tools; `own`: the client speaks this dialect, and has its namespaces and its other members again.

    Raises:
        InvalidRequest: a hosted tool is wanted that the Responses API has not.
    """
    written: list[Json] = []
    spaces: dict[str, Json] = {}
    for tool in tools:
        home = home_of(tool) if own else {}
        if not home:
            written.append(_write_tool(tool, own=own))
        elif home["name"] in spaces:
            spaces[home["name"]]["tools"].append(home["tool"])
        else:
            space = {"type": "namespace", "name": home["name"], "description": home["description"]}
            spaces[home["name"]] = {**space, "tools": [home["tool"]]}
            written.append(spaces[home["name"]])
    return written


def _write_tool(tool: Tool, *, own: bool) -> Json:
    if tool.kind == "hosted":
        return _hosted(tool)
    written: Json = {"type": tool.kind, "name": legal(tool.name)}
    if tool.description:
        written["description"] = tool.description
    if tool.kind == "custom":
        written |= _format(tool.grammar)
    elif own:
        written |= {"parameters": tool.schema, "strict": tool.strict}
    else:
        # Unsaid, it would be strict here, and optional parameters would become required ones.
        schema = _ANYTHING if tool.schema is None else tool.schema
        written |= {"parameters": schema, "strict": bool(tool.strict)}
    return {**tool.more, **written} if own else written


def _format(grammar: Any) -> Json:
    given = part(grammar)
    if not given:
        return {}
    inner = given.get("grammar")
    return {"format": {"type": "grammar", **part(inner)} if inner is not None else given}


def _hosted(tool: Tool) -> Json:
    if tool.origin == OPENAI_RESPONSES:
        own: Json = tool.native
        return own
    like = _LIKE.get(tool.name)
    if like is None:
        raise InvalidRequest(
            f"the hosted tool {tool.name!r} cannot be had here: "
            f"the model is served through {OPENAI_RESPONSES}",
            param="tools",
        )
    return like


def write_choice(choice: ToolChoice, tools: Sequence[Tool], *, own: bool) -> Any:
    """Write which tools may or must be used."""
    known = {tool.name: tool for tool in tools}
    if choice.mode == "named":
        return _reference(choice.names[0], known, own=own)
    if not choice.names:
        return choice.mode
    among = [_reference(name, known, own=own) for name in choice.names]
    return {"type": "allowed_tools", "mode": choice.mode, "tools": among}


def _reference(name: str, known: dict[str, Tool], *, own: bool) -> Json:
    tool = known.get(name)
    if tool is None:
        return {"type": "function", "name": legal(name)}
    if tool.kind == "hosted":
        native = _hosted(tool)
        return {key: native[key] for key in ("type", "server_label") if key in native}
    home = home_of(tool) if own else {}
    if home:
        return {"type": tool.kind, "name": home["tool"]["name"], "namespace": home["name"]}
    return {"type": tool.kind, "name": legal(name)}
