"""Neutral chat as a request for an upstream that speaks chat completions."""

from typing import Any

import msgspec

from oblivious.adapters.chat.effort import effort_of
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking
from oblivious.adapters.chat.treatment import left_out
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.dialects.openai_chat.translate.messages_writer import write_messages
from oblivious.adapters.dialects.openai_chat.translate.sayable import sayable
from oblivious.adapters.dialects.openai_chat.translate.tools import (
    SEARCH,
    write_choice,
    write_search,
    write_tool,
)
from oblivious.adapters.dialects.openai_chat.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.openai_chat.translate.vendors import fitted, renamed_choice
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.lenient import Json
from oblivious.adapters.providers.provider import Provider

_SAME = {
    "verbosity": "verbosity",
    "temperature": "temperature",
    "top_p": "top_p",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "seed": "seed",
    "stop": "stop",
    "logit_bias": "logit_bias",
    "service_tier": "service_tier",
    "user": "user",
    "metadata": "metadata",
    "cache_key": "prompt_cache_key",
    "cache_retention": "prompt_cache_retention",
    "modalities": "modalities",
    "voice": "audio",
    "prediction": "prediction",
    "store": "store",
    "parallel_tools": "parallel_tool_calls",
}
"""Members of neutral chat by their name here."""


def write_request(request: ChatRequest, target: Target) -> Outgoing:
    """Write a request.

    Raises:
        InvalidRequest: names what chat, or the vendor's chat, has no words for.
    """
    provider = target.provider
    dropped = left_out(request, TREATMENTS, OPENAI_CHAT)
    request, lacking = fitted(request, provider)
    request, unsaid = sayable(request)
    plan = UpstreamPlan(dropped=[*dropped, *lacking, *unsaid], inline_thoughts=provider.inline_thoughts)
    body: Json = {"model": target.model, "messages": write_messages(request.turns, provider)}
    for name, here in _SAME.items():
        value = getattr(request, name)
        if value not in (None, "", (), {}):
            body[provider.renames.get(here, here)] = value
    body |= _tools(request, provider) | _answer(request, provider)
    if request.thinking is not None:
        body |= _thinking(request.thinking)
    if request.origin == OPENAI_CHAT:
        body |= request.extra
    return Outgoing("chat/completions", msgspec.json.encode(body), plan)


def _tools(request: ChatRequest, provider: Provider) -> Json:
    body: Json = {}
    tools = [write_tool(tool) for tool in request.tools if tool.kind != "hosted"]
    if tools:
        body["tools"] = tools
    search = write_search(request.tools)
    if search is not None:
        body[SEARCH] = search
    choice = request.tool_choice
    if choice is not None and tools:
        body["tool_choice"] = renamed_choice(choice, provider) or write_choice(choice, request.tools)
    return body


def _answer(request: ChatRequest, provider: Provider) -> Json:
    """Return what says how the answer should come."""
    body: Json = {}
    if request.stream:
        body["stream"] = True
        if provider.usage_option:
            body["stream_options"] = {"include_usage": True}
    if request.n > 1:
        body["n"] = request.n
    if request.max_output_tokens is not None:
        body[provider.output_cap] = request.max_output_tokens
    if request.logprobs is not None:
        body["logprobs"] = True
        if request.logprobs:
            body["top_logprobs"] = request.logprobs
    if request.format is not None:
        body["response_format"] = _format(request.format)
    return body


def _format(wanted: Format) -> Any:
    if wanted.kind == "json_object":
        return {"type": "json_object"}
    schema: Json = {"name": wanted.name or "answer", "schema": wanted.schema or {"type": "object"}}
    if wanted.description:
        schema["description"] = wanted.description
    if wanted.strict is not None:
        schema["strict"] = wanted.strict
    return {"type": "json_schema", "json_schema": schema}


def _thinking(wanted: Thinking) -> Json:
    if wanted.enabled is False:
        return {"reasoning_effort": "none"}
    if wanted.effort:
        return {"reasoning_effort": wanted.effort}
    return {} if wanted.budget is None else {"reasoning_effort": effort_of(wanted.budget)}
