"""A request of a client of the Responses API, as neutral chat."""

from collections.abc import Callable
from typing import Any

from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking, Turn
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.fields import flag, integer, members, number, text, texts, wrong
from oblivious.adapters.dialects.nested import unread
from oblivious.adapters.dialects.openai_responses.translate.items_reader import Conversation
from oblivious.adapters.dialects.openai_responses.translate.tools_reader import read_choice, read_tools
from oblivious.adapters.lenient import Json, decoded
from oblivious.contracts.errors import InvalidRequest

ENCRYPTED = "reasoning.encrypted_content"
LOGPROBS = "message.output_text.logprobs"

_KEPT_ELSEWHERE = ("previous_response_id", "conversation", "prompt", "background")
"""What only the account knows that keeps it."""

_SIMPLE: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "parallel_tool_calls": ("parallel_tools", flag),
    "temperature": ("temperature", number),
    "top_p": ("top_p", number),
    "service_tier": ("service_tier", text),
    "user": ("user", text),
    "safety_identifier": ("user", text),
    "prompt_cache_key": ("cache_key", text),
    "prompt_cache_retention": ("cache_retention", text),
    "store": ("store", flag),
    "metadata": ("metadata", members),
}
"""Members by their name in neutral chat."""

_KNOWN = {
    *_SIMPLE,
    *_KEPT_ELSEWHERE,
    "model",
    "input",
    "instructions",
    "stream",
    "stream_options",
    "include",
} | {"tools", "tool_choice", "text", "reasoning", "max_output_tokens", "top_logprobs"}


def read_request(envelope: Envelope) -> tuple[ChatRequest, ClientPlan]:
    """Read a request.

    Raises:
        InvalidRequest: names the field.
    """
    body = {name: decoded(raw) for name, raw in envelope.members.items() if name in _KNOWN}
    _check_kept_elsewhere(body)
    said = _conversation(body)
    tools = (*read_tools(body.get("tools"), "tools"), *said.tools)
    wanted, thoughts = members(body.get("text"), "text"), members(body.get("reasoning"), "reasoning")
    include = texts(body.get("include"), "include")
    request = ChatRequest(
        origin=OPENAI_RESPONSES,
        model=envelope.model,
        turns=tuple(said.turns),
        tools=tools,
        tool_choice=read_choice(body.get("tool_choice"), tools),
        format=_format(wanted.get("format")),
        verbosity=text(wanted.get("verbosity"), "text.verbosity"),
        thinking=_thinking(thoughts),
        stream=envelope.stream,
        max_output_tokens=envelope.max_output_tokens,
        logprobs=_logprobs(body, include),
        extra={name: raw for name, raw in envelope.members.items() if name not in _KNOWN}
        | unread("text", wanted, ("format", "verbosity"))
        | unread("reasoning", thoughts, ("effort", "summary", "generate_summary")),
        **_simple(body),
    )
    return request, ClientPlan(request, wants_usage=True, wants_state=ENCRYPTED in include)


def _check_kept_elsewhere(body: Json) -> None:
    for name in _KEPT_ELSEWHERE:
        if body.get(name):
            raise InvalidRequest(
                f"`{name}` needs the account that keeps it, and a channel of the dialect {OPENAI_RESPONSES}, "
                "and none serves this model; send the whole conversation in `input`",
                param=name,
            )


def _conversation(body: Json) -> Conversation:
    said = Conversation()
    instructions = text(body.get("instructions"), "instructions")
    if instructions:
        said.turns.append(Turn("system", (Text(text=instructions),)))
    said.take(body.get("input"), "input")
    said.end()
    return said


def _simple(body: Json) -> Json:
    found: Json = {}
    for name, value in body.items():
        if name in _SIMPLE and value is not None:
            neutral, read = _SIMPLE[name]
            found[neutral] = read(value, name)
    return found


def _format(value: Any) -> Format | None:
    given = members(value, "text.format")
    kind = text(given.get("type"), "text.format.type") or "text"
    if kind == "text":
        return None
    if kind == "json_object":
        return Format("json_object")
    if kind != "json_schema":
        raise wrong("text.format.type", "text, json_object or json_schema")
    return Format(
        "json_schema",
        members(given.get("schema"), "text.format.schema"),
        text(given.get("name"), "text.format.name"),
        text(given.get("description"), "text.format.description"),
        flag(given.get("strict"), "text.format.strict"),
    )


def _thinking(given: Json) -> Thinking | None:
    effort = text(given.get("effort"), "reasoning.effort")
    shown = text(given.get("summary"), "reasoning.summary")
    shown = shown or text(given.get("generate_summary"), "reasoning.generate_summary")
    return Thinking(effort=effort, shown=shown) if effort or shown else None


def _logprobs(body: Json, include: tuple[str, ...]) -> int | None:
    """Return how many alternatives are wanted; a bare zero is what SDKs send that want none."""
    count = integer(body.get("top_logprobs"), "top_logprobs") or 0
    return count if count or LOGPROBS in include else None
