"""What an answer must look like: asked for natively, by a forced tool, or in words."""

from itertools import count
from typing import Any, NamedTuple

import msgspec

from oblivious.adapters.chat.request import ChatRequest, Format, ToolChoice
from oblivious.adapters.dialects.anthropic.translate.families import Family
from oblivious.adapters.dialects.anthropic.translate.schemas import closed
from oblivious.adapters.dialects.anthropic.translate.tools import is_forced, names_of
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.fields import members, text
from oblivious.adapters.lenient import Json, is_object

_RESPOND = "respond"
_JSON_ONLY = "Answer with one valid JSON object and nothing else: no text around it, no code fence."
_BY_SCHEMA = "It must be valid against this JSON Schema:"


def read_format(body: Json) -> Format | None:
    """Read `output_config.format`, or the older `output_format`.

    Raises:
        InvalidRequest: names the member that is wrong.
    """
    name = "output_config.format"
    given = members(members(body.get("output_config"), "output_config").get("format"), name)
    if not given:
        name = "output_format"
        given = members(body.get(name), name)
    if text(given.get("type"), f"{name}.type") != "json_schema":
        return None
    return Format("json_schema", members(given.get("schema"), f"{name}.schema"))


class Shape(NamedTuple):
    """How the wish is said.

    Attributes:
        native: for `output_config.format`.
        instruction: for the system text.
        tool: whose arguments are the answer.
    """

    native: Json | None = None
    instruction: str = ""
    tool: Json | None = None


def shape(request: ChatRequest, family: Family, tools: list[Json], *, thinks: bool) -> Shape:
    """Return how the wish for a format is said to a model of the family."""
    wanted = request.format
    if wanted is None:
        return Shape()
    if wanted.kind == "json_object" or not is_object(wanted.schema) or not wanted.schema:
        return Shape(instruction=_JSON_ONLY)
    schema = wanted.schema if request.origin == ANTHROPIC else closed(wanted.schema)
    if family.formats and schema is not None:
        return Shape(native={"type": "json_schema", "schema": schema})
    cannot = thinks or not family.forced or is_forced(request.tool_choice)
    if cannot or wanted.schema.get("type") != "object":
        return Shape(instruction=f"{_JSON_ONLY} {_BY_SCHEMA}\n{_json(wanted.schema)}")
    return Shape(tool=_respond(wanted, set(names_of(tools))))


def forced_by(tool: Json, choice: ToolChoice | None, tools: list[Json]) -> Json:
    """Return the `tool_choice` that brings an answer through the tool, or through one of the client's own."""
    free = bool(tools) and (choice is None or choice.mode == "auto")
    which = {"type": "any"} if free else {"type": "tool", "name": tool["name"]}
    return {**which, "disable_parallel_tool_use": True}


def _respond(wanted: Format, taken: set[str]) -> Json:
    name = next(name for number in count(1) if (name := _numbered(number)) not in taken)
    description = wanted.description or "Give the answer by calling this tool, once."
    return {"name": name, "description": description, "input_schema": wanted.schema}


def _numbered(number: int) -> str:
    return _RESPOND if number == 1 else f"{_RESPOND}_{number}"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
