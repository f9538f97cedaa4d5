"""Tools and the choice of them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from oblivious.adapters.chat.parts import CacheMark
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Tool, ToolChoice, Turn
from oblivious.adapters.chat.turns import calls_in
from oblivious.adapters.dialects.anthropic.translate.answer_format import forced_by
from oblivious.adapters.dialects.anthropic.translate.caching import CONTROL, read_mark
from oblivious.adapters.dialects.anthropic.translate.names import legal_name
from oblivious.adapters.dialects.anthropic.translate.tools import is_forced, write_tools
from oblivious.adapters.dialects.bedrock.translate.caching import point
from oblivious.adapters.dialects.bedrock.translate.models import Model
from oblivious.adapters.dialects.endpoint import BEDROCK
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_ANY_OBJECT: Json = {"type": "object", "properties": {}}


def write_functions(request: ChatRequest, plan: UpstreamPlan) -> list[Json]:
    """Write the tools that the client runs, as Anthropic describes them; the plan learns their names."""
    own = tuple(tool for tool in request.tools if tool.kind != "hosted")
    return write_tools(msgspec.structs.replace(request, tools=own), plan)


class Wish(NamedTuple):
    """What is wanted of tools.

    Attributes:
        turns: those that go up.
        functions: see `write_functions`.
        answer: the tool whose arguments are the answer, where it is asked for in this way.
        can_force: the model can be made to call a tool.
    """

    request: ChatRequest
    turns: Sequence[Turn]
    functions: list[Json]
    answer: Json | None
    can_force: bool


def tool_config(wish: Wish, model: Model, plan: UpstreamPlan) -> Json:
    """Return `toolConfig`, nothing where there is nothing to choose from.

    Raises:
        InvalidRequest: a hosted tool is wanted that the model does not run.
    """
    hosted = [_hosted(tool, model) for tool in wish.request.tools if tool.kind == "hosted"]
    tools = [*(spec for each in wish.functions for spec in _specs(each, model)), *hosted]
    wanted, answer = wish.request.tool_choice, wish.answer
    if answer is not None:
        plan.schema_tool = answer["name"]
        forced = forced_by(answer, wanted, wish.functions)
        choice: Json = {"any": {}} if forced["type"] == "any" else {"tool": {"name": answer["name"]}}
        return {"tools": [*tools, *_specs(answer, model)], "toolChoice": choice}
    called = dict.fromkeys(legal_name(call.name) for call in calls_in(wish.turns))
    if wanted is not None and wanted.mode == "none" and tools:
        if not called:
            return {}
        plan.dropped.append("tool_choice")  # what was called must stay described
    # A conversation with calls is refused where no tools are described.
    tools = tools or [{"toolSpec": _spec({"name": name})} for name in called]
    return {"tools": tools, **_choice(wanted, plan, can_force=wish.can_force)} if tools else {}


def _choice(choice: ToolChoice | None, plan: UpstreamPlan, *, can_force: bool) -> Json:
    if choice is None or not is_forced(choice):
        return {}
    if not can_force:
        plan.dropped.append("tool_choice")
        return {}
    if choice.mode == "named" and choice.names:
        return {"toolChoice": {"tool": {"name": legal_name(choice.names[0])}}}
    return {"toolChoice": {"any": {}}}


def _specs(tool: Json, model: Model) -> Iterator[Json]:
    """Yield a tool, and a point behind it if it is marked; only Claude takes points there."""
    yield {"toolSpec": _spec(tool)}
    mark: CacheMark | None = read_mark(tool) if CONTROL in tool else None
    if mark is not None and model.claude:
        yield point(mark)


def _spec(tool: Json) -> Json:
    spec: Json = {"name": tool["name"], "inputSchema": {"json": tool.get("input_schema", _ANY_OBJECT)}}
    if tool.get("description", "").strip():
        spec["description"] = tool["description"]
    if tool.get("strict") is not None:
        spec["strict"] = tool["strict"]
    return spec


def _hosted(tool: Tool, model: Model) -> Json:
    own = model.hosted.get(tool.name)
    if own is None:
        raise InvalidRequest(
            f"the hosted tool {tool.name!r} cannot be had here: the model is served through {BEDROCK}",
            param="tools",
        )
    return {"systemTool": {"name": own}}
