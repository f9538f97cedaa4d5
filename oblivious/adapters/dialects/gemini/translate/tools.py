"""Tools and the choice of them, in both directions."""

from typing import Any

from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.fields import members, text, texts, wrong
from oblivious.adapters.dialects.gemini.translate.enums import MODES, named
from oblivious.adapters.dialects.gemini.translate.legal_names import LegalNames
from oblivious.adapters.dialects.gemini.translate.names import camel, get, listed
from oblivious.adapters.dialects.gemini.translate.schemas import json_schema
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_DECLARATIONS = "functionDeclarations"
_SCHEMA, _JSON_SCHEMA = "parameters", "parametersJsonSchema"
_FUNCTION = frozenset({"name", "description", _SCHEMA, _JSON_SCHEMA})

_NEUTRAL = {
    "googleSearch": "web_search",
    "googleSearchRetrieval": "web_search",
    "enterpriseWebSearch": "web_search",
    "urlContext": "web_fetch",
    "codeExecution": "code_execution",
    "fileSearch": "file_search",
    "googleMaps": "maps",
    "computerUse": "computer",
    "mcpServers": "mcp",
}
"""Gemini's hosted tools by their neutral names."""

_PLAINEST: dict[str, Json] = {
    "web_search": {"googleSearch": {}},
    "web_fetch": {"urlContext": {}},
    "code_execution": {"codeExecution": {}},
    "maps": {"googleMaps": {}},
}
"""What comes nearest to another dialect's hosted tool."""

FREE_TEXT: Json = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}
"""The schema by which a tool that takes free text is offered."""


def read_tools(value: Any) -> tuple[Tool, ...]:
    """Read `tools`: each may hold functions, and hosted tools by their names.

    Raises:
        InvalidRequest: names the tool that is wrong.
    """
    found: list[Tool] = []
    for place, item in enumerate(listed(value, "tools")):
        name = f"tools[{place}]"
        for member, inner in members(item, name).items():
            kind = camel(member)
            if kind == _DECLARATIONS:
                declared = enumerate(listed(inner, f"{name}.{kind}"))
                found += [_read_function(each, f"{name}.{kind}[{at}]") for at, each in declared]
            elif inner is not None:
                neutral = _NEUTRAL.get(kind, kind)
                found.append(Tool(kind="hosted", name=neutral, origin=GEMINI, native={kind: inner}))
    return tuple(found)


def _read_function(value: Any, name: str) -> Tool:
    function = members(value, name)
    called = text(function.get("name"), f"{name}.name")
    if not called:
        raise wrong(f"{name}.name", "a string that is not empty")
    plain, google = get(function, _JSON_SCHEMA), function.get(_SCHEMA)
    schema = members(plain, f"{name}.{_JSON_SCHEMA}") or json_schema(members(google, f"{name}.{_SCHEMA}"))
    return Tool(
        kind="function",
        name=called,
        description=text(function.get("description"), f"{name}.description"),
        schema=schema or None,
        more={key: more for key, more in function.items() if camel(key) not in _FUNCTION},
    )


def read_choice(value: Any) -> ToolChoice | None:
    """Read `toolConfig`.

    Raises:
        InvalidRequest: names what is wrong with it.
    """
    config = members(get(members(value, "toolConfig"), "functionCallingConfig"), "functionCallingConfig")
    mode = text(named(config.get("mode"), MODES), "functionCallingConfig.mode").upper()
    names = texts(get(config, "allowedFunctionNames"), "functionCallingConfig.allowedFunctionNames")
    if mode == "ANY":
        return ToolChoice("named" if len(names) == 1 else "required", names)
    if mode == "NONE":
        return ToolChoice("none")
    return ToolChoice("auto", names) if mode in {"AUTO", "VALIDATED"} else None


def write_tools(request: ChatRequest, names: LegalNames) -> list[Json]:
    """Write the tools: all functions in one, each hosted one alone.

    Raises:
        InvalidRequest: a hosted tool is wanted that Gemini has not.
    """
    own = request.origin == GEMINI
    functions = [_write_function(tool, names, own=own) for tool in request.tools if tool.kind != "hosted"]
    hosted = [_write_hosted(tool) for tool in request.tools if tool.kind == "hosted"]
    return [{_DECLARATIONS: functions}, *hosted] if functions else hosted


def _write_function(tool: Tool, names: LegalNames, *, own: bool) -> Json:
    written: Json = {"name": names.upstream(tool.name)}
    if tool.description:
        written["description"] = tool.description
    schema = FREE_TEXT if tool.kind == "custom" else tool.schema
    if schema is not None:
        written[_JSON_SCHEMA] = schema
    return {**tool.more, **written} if own else written


def _write_hosted(tool: Tool) -> Json:
    if tool.origin == GEMINI:
        return members(tool.native, "tools")
    plainest = _PLAINEST.get(tool.name)
    if plainest is None:
        raise InvalidRequest(
            f"the hosted tool {tool.name!r} cannot be had here: the model is served through {GEMINI}",
            param="tools",
        )
    return plainest


def write_choice(request: ChatRequest, names: LegalNames, *, mixes: bool) -> Json | None:
    """Write `toolConfig`; None where there is nothing to say.

    Args:
        request: what is asked for.
        names: of its functions.
        mixes: the model takes functions and hosted tools together, if it is told to.
    """
    config: Json = {}
    functions = {tool.name for tool in request.tools if tool.kind != "hosted"}
    choice = request.tool_choice
    if choice is not None and functions and functions.issuperset(choice.names):
        config["functionCallingConfig"] = _write_calling(choice, names)
    if mixes and functions and len(functions) < len(request.tools):
        config["includeServerSideToolInvocations"] = True
    return config or None


def _write_calling(choice: ToolChoice, names: LegalNames) -> Json:
    modes = {"none": "NONE", "auto": "VALIDATED" if choice.names else "AUTO"}
    config: Json = {"mode": modes.get(choice.mode, "ANY")}
    if choice.names and choice.mode != "none":
        config["allowedFunctionNames"] = [names.upstream(name) for name in choice.names]
    return config
