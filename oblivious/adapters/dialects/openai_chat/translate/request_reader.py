"""A request of a client of chat completions, as neutral chat."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.fields import flag, integer, members, number, text, texts, wrong
from oblivious.adapters.dialects.openai_chat.endpoints import INPUT
from oblivious.adapters.dialects.openai_chat.translate.messages_reader import read_messages
from oblivious.adapters.dialects.openai_chat.translate.older import is_older
from oblivious.adapters.dialects.openai_chat.translate.tools import SEARCH, read_choice, read_tools
from oblivious.adapters.dialects.openai_responses.translate import request_reader as responses
from oblivious.adapters.lenient import Json, decoded

_SIMPLE: dict[str, Callable[[Any, str], Any]] = {
    "verbosity": text,
    "temperature": number,
    "top_p": number,
    "top_k": integer,
    "frequency_penalty": number,
    "presence_penalty": number,
    "seed": integer,
    "stop": texts,
    "service_tier": text,
    "modalities": texts,
    "store": flag,
}
"""Members that are in neutral chat by the same name."""

_CARRIED = {"logit_bias", "metadata", "prediction"}
"""Those of them that are taken as they are."""

_RENAMED = {
    "user": ("user", text),
    "safety_identifier": ("user", text),
    "parallel_tool_calls": ("parallel_tools", flag),
    "prompt_cache_key": ("cache_key", text),
    "prompt_cache_retention": ("cache_retention", text),
}

_KNOWN = (
    {*_SIMPLE, *_CARRIED, *_RENAMED, SEARCH, "audio"}
    | {"model", "messages", "stream", "stream_options", "n", "max_tokens", "max_completion_tokens"}
    | {"tools", "functions", "tool_choice", "function_call", "response_format", "logprobs", "top_logprobs"}
    | {"reasoning_effort", "reasoning"}
)


def read_request(envelope: Envelope) -> tuple[ChatRequest, ClientPlan]:
    """Read a request.

    Raises:
        InvalidRequest: names the field.
    """
    if INPUT in envelope.members and "messages" not in envelope.members:
        return _of_responses(envelope)
    body = {name: decoded(raw) for name, raw in envelope.members.items() if name in _KNOWN}
    older = is_older(body)
    request = ChatRequest(
        origin=OPENAI_CHAT,
        model=envelope.model,
        turns=read_messages(body.get("messages")),
        tools=read_tools(body),
        tool_choice=read_choice(body.get("tool_choice"), "tool_choice")
        or read_choice(body.get("function_call"), "function_call"),
        format=_format(body.get("response_format")),
        thinking=_thinking(body),
        stream=envelope.stream,
        n=envelope.n,
        max_output_tokens=envelope.max_output_tokens,
        logprobs=_logprobs(body),
        voice=body.get("audio"),
        extra={name: raw for name, raw in envelope.members.items() if name not in _KNOWN},
        **_simple(body | {"parallel_tool_calls": False} if older else body),
    )
    return request, ClientPlan(request, wants_usage=envelope.wants_usage, older_calls=older)


def _of_responses(envelope: Envelope) -> tuple[ChatRequest, ClientPlan]:
    """Read a request that is one of responses; its answer is one of chat all the same."""
    request, _ = responses.read_request(envelope)
    known = msgspec.structs.replace(request, origin=OPENAI_CHAT, extra={})
    return known, ClientPlan(known, wants_usage=envelope.wants_usage)


def _simple(body: Json) -> Json:
    found: Json = {}
    for name, value in body.items():
        if value is None:
            continue
        if name in _SIMPLE:
            found[name] = _SIMPLE[name](value, name)
        elif name in _CARRIED:
            found[name] = value
        elif name in _RENAMED:
            neutral, read = _RENAMED[name]
            found[neutral] = read(value, name)
    return found


def _format(value: Any) -> Format | None:
    given = members(value, "response_format")
    kind = text(given.get("type"), "response_format.type") or "text"
    if kind == "text":
        return None
    if kind == "json_object":
        return Format("json_object")
    if kind != "json_schema":
        raise wrong("response_format.type", "text, json_object or json_schema")
    name = "response_format.json_schema"
    schema = members(given.get("json_schema"), name)
    return Format(
        "json_schema",
        members(schema.get("schema"), f"{name}.schema"),
        text(schema.get("name"), f"{name}.name"),
        text(schema.get("description"), f"{name}.description"),
        flag(schema.get("strict"), f"{name}.strict"),
    )


def _thinking(body: Json) -> Thinking | None:
    """Read `reasoning_effort`, or OpenRouter's `reasoning`, which clients of many gateways send."""
    effort = text(body.get("reasoning_effort"), "reasoning_effort")
    if effort:
        return Thinking(effort=effort)
    given = members(body.get("reasoning"), "reasoning")
    if not given:
        return None
    return Thinking(
        enabled=flag(given.get("enabled"), "reasoning.enabled"),
        effort=text(given.get("effort"), "reasoning.effort"),
        budget=integer(given.get("max_tokens"), "reasoning.max_tokens"),
        shown="omitted" if given.get("exclude") is True else "",
    )


def _logprobs(body: Json) -> int | None:
    if not flag(body.get("logprobs"), "logprobs"):
        return None
    return integer(body.get("top_logprobs"), "top_logprobs") or 0
