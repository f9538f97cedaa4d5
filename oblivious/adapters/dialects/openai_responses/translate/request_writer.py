"""Neutral chat as a request for an upstream that speaks the Responses API."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.effort import effort_of
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking
from oblivious.adapters.chat.treatment import left_out
from oblivious.adapters.chat.turns import calls_in
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.nested import put_back
from oblivious.adapters.dialects.openai_responses.translate.items_writer import write_conversation
from oblivious.adapters.dialects.openai_responses.translate.names import legal
from oblivious.adapters.dialects.openai_responses.translate.request_reader import ENCRYPTED, LOGPROBS
from oblivious.adapters.dialects.openai_responses.translate.tools_writer import write_choice, write_tools
from oblivious.adapters.dialects.openai_responses.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.lenient import Json

TIERS = frozenset({"auto", "default", "flex", "scale", "priority", "fast", "ultrafast"})
"""Service tiers of the SDK openai 3.52, 2026-11."""

_SAME = {
    "temperature": "temperature",
    "top_p": "top_p",
    "service_tier": "service_tier",
    "metadata": "metadata",
    "cache_retention": "prompt_cache_retention",
}
"""Members of neutral chat by their name here."""

_ANYTHING = {"type": "object"}
_SHOWN = frozenset({"auto", "concise", "detailed"})
_LEAST_OUTPUT = 16
"""OpenAI refuses a smaller `max_output_tokens` (its API's error message, 2026-11)."""

_LONGEST_ID = 64
"""Of `user` and `prompt_cache_key` (OpenAI's API's error message, 2026-11)."""


def write_request(request: ChatRequest, target: Target) -> Outgoing:
    """Write a request.

    Raises:
        InvalidRequest: names what the Responses API has no words for.
    """
    asked, dropped = _sayable(request)
    instructions, items = write_conversation(asked)
    body: Json = {"model": target.model, "input": items, "store": bool(asked.store)}
    if instructions:
        body["instructions"] = instructions
    for name, here in _SAME.items():
        value = getattr(asked, name)
        if value not in (None, "", {}):
            body[here] = value
    body |= _ids(asked) | _answer(asked) | _tools(asked)
    if asked.origin == OPENAI_RESPONSES:
        body = put_back(body, asked.extra)
    return Outgoing("responses", msgspec.json.encode(body), UpstreamPlan(_renamed(asked), dropped=dropped))


def _sayable(request: ChatRequest) -> tuple[ChatRequest, list[str]]:
    """Return the request as it can be said here, and the names of what is left out."""
    changes: Json = {}
    if set(request.modalities) <= {"text"}:
        changes["modalities"] = ()
    dropped: list[str] = []
    if request.origin != OPENAI_RESPONSES and request.service_tier and request.service_tier not in TIERS:
        changes["service_tier"] = ""
        dropped.append("service_tier")
    asked: ChatRequest = msgspec.structs.replace(request, **changes)
    return asked, dropped + left_out(asked, TREATMENTS, OPENAI_RESPONSES)


def _renamed(request: ChatRequest) -> dict[str, str]:
    """Return the tools that must go by another name."""
    names = [tool.name for tool in request.tools if tool.kind != "hosted"]
    names += [call.name for call in calls_in(request.turns)]
    return {legal(name): name for name in names if legal(name) != name}


def _ids(request: ChatRequest) -> Json:
    written = {"user": request.user, "prompt_cache_key": request.cache_key}
    return {name: _short(value) for name, value in written.items() if value}


def _short(value: str) -> str:
    """Return an id as it is where OpenAI takes it, else always the same other one for it."""
    if len(value) <= _LONGEST_ID:
        return value
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


def _answer(request: ChatRequest) -> Json:
    """Return what says how the answer should come."""
    body: Json = {}
    included = [ENCRYPTED] * _thinks(request)
    if request.stream:
        body["stream"] = True
    if request.max_output_tokens is not None:
        body["max_output_tokens"] = max(_LEAST_OUTPUT, request.max_output_tokens)
    if request.logprobs is not None:
        included.append(LOGPROBS)
        body["top_logprobs"] = request.logprobs
    if included:
        body["include"] = included
    wanted = dict(_text(request))
    if wanted:
        body["text"] = wanted
    thinking = dict(_thinking(request.thinking)) if request.thinking is not None else {}
    if thinking:
        body["reasoning"] = thinking
    return body


def _thinks(request: ChatRequest) -> bool:
    """Whether encrypted thoughts may come or come back; models that never think refuse the question."""
    wished = request.thinking is not None and request.thinking.enabled is not False
    parts = (part for turn in request.turns for part in turn.parts)
    return wished or any(part.state is not None and part.state.of(OPENAI_RESPONSES) for part in parts)


def _text(request: ChatRequest) -> Iterator[tuple[str, Any]]:
    if request.format is not None:
        yield "format", write_format(request.format)
    if request.verbosity:
        yield "verbosity", request.verbosity


def write_format(wanted: Format) -> Json:
    """Write what the answer must look like."""
    if wanted.kind == "json_object":
        return {"type": "json_object"}
    written: Json = {"type": "json_schema", "name": wanted.name or "answer"}
    written["schema"] = wanted.schema or _ANYTHING
    if wanted.description:
        written["description"] = wanted.description
    if wanted.strict is not None:
        written["strict"] = wanted.strict
    return written


def _thinking(wanted: Thinking) -> Iterator[tuple[str, str]]:
    """Yield how much thinking is wanted; its summary too, where thoughts were asked for and not declined."""
    if wanted.enabled is False:
        yield "effort", "none"
        return
    if wanted.effort:
        yield "effort", wanted.effort
    elif wanted.budget is not None:
        yield "effort", effort_of(wanted.budget)
    if wanted.shown in _SHOWN:
        yield "summary", wanted.shown
    elif wanted.enabled and not wanted.shown:
        yield "summary", "auto"


def _tools(request: ChatRequest) -> Json:
    own = request.origin == OPENAI_RESPONSES
    tools = write_tools(request.tools, own=own)
    if not tools:
        return {}
    body: Json = {"tools": tools}
    if request.tool_choice is not None:
        body["tool_choice"] = write_choice(request.tool_choice, request.tools, own=own)
    if request.parallel_tools is not None:
        body["parallel_tool_calls"] = request.parallel_tools
    return body
