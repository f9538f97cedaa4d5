"""What an answer must look like: asked for natively, by a forced tool, or in words."""

from itertools import count
from typing import Any, NamedTuple

import msgspec

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Format
from oblivious.adapters.dialects.cohere.translate.schemas import is_taken
from oblivious.adapters.dialects.cohere.translate.tools import function
from oblivious.adapters.lenient import Json, is_object, part

_RESPOND = "respond"
_FORCED = frozenset({"required", "named"})
_JSON_ONLY = "Answer with one valid JSON object and nothing else: no text around it, no code fence."
_BY_SCHEMA = "It must be valid against this JSON Schema:"


class Shape(NamedTuple):
    """How the wish is said.

    Attributes:
        native: members of the body.
        instruction: for the system text.
        tool: whose arguments are the answer.
    """

    native: Json | None = None
    instruction: str = ""
    tool: Json | None = None


def shape(request: ChatRequest, tools: list[Json], plan: UpstreamPlan, *, documents: bool) -> Shape:
    """Return how the wish for a format is said; beside tools or documents Cohere has no word for it."""
    wanted = request.format
    if wanted is None:
        return Shape()
    if not tools and not documents:
        return _native(wanted)
    choice = request.tool_choice.mode if request.tool_choice is not None else "auto"
    if tools and choice in _FORCED:
        return Shape()  # a call is the answer, and has a schema of its own
    is_whole = is_object(wanted.schema) and wanted.schema.get("type") == "object"
    if documents or not is_whole or choice == "none":
        return Shape(instruction=_in_words(wanted))
    tool = _respond(wanted, {part(each.get("function")).get("name") for each in tools})
    plan.schema_tool = tool["function"]["name"]
    return Shape(tool=tool)


def _native(wanted: Format) -> Shape:
    native: Json = {"type": "json_object"}
    if is_taken(wanted.schema):
        return Shape({"response_format": {**native, "json_schema": wanted.schema}})
    # Without a schema the model must be told in words, too, or it may not find an end.
    return Shape({"response_format": native}, _in_words(wanted))


def _in_words(wanted: Format) -> str:
    if not wanted.schema:
        return _JSON_ONLY
    return f"{_JSON_ONLY} {_BY_SCHEMA}\n{msgspec.json.encode(wanted.schema).decode()}"


def _respond(wanted: Format, taken: set[Any]) -> Json:
    name = next(name for number in count(1) if (name := _numbered(number)) not in taken)
    schema: Json = wanted.schema
    return function(name, wanted.description or "Give the answer by calling this tool, once.", schema)


def _numbered(number: int) -> str:
    return _RESPOND if number == 1 else f"{_RESPOND}_{number}"
