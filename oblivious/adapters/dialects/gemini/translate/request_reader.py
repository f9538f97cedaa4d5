"""A request of a client of the Gemini API, as neutral chat."""

from typing import Any

import msgspec

from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.fields import flag, members
from oblivious.adapters.dialects.gemini.endpoints import COUNT_TOKENS
from oblivious.adapters.dialects.gemini.translate.config_reader import CONFIG, read_config, unread_config
from oblivious.adapters.dialects.gemini.translate.contents_reader import read_contents, read_instruction
from oblivious.adapters.dialects.gemini.translate.names import camel
from oblivious.adapters.dialects.gemini.translate.tools import read_choice, read_tools
from oblivious.adapters.lenient import BROKEN
from oblivious.adapters.members import Members, NotAnObject, NotJson, members_of
from oblivious.contracts.errors import InvalidRequest

_KNOWN = frozenset(
    {
        "contents",
        "systemInstruction",
        "tools",
        "toolConfig",
        "safetySettings",
        "serviceTier",
        "store",
        "labels",
    }
    | {CONFIG, "model"}
)


def read_request(envelope: Envelope) -> tuple[ChatRequest, ClientPlan]:
    """Read a request.

    Raises:
        InvalidRequest: names the field.
    """
    try:
        request = _read(envelope)
    except RecursionError as error:
        raise InvalidRequest("the body is nested too deeply") from error
    return request, ClientPlan(request, wants_usage=True)


def _read(envelope: Envelope) -> ChatRequest:
    given = _inner(envelope.members)
    body = {camel(name): _value(name, raw) for name, raw in given.items() if camel(name) in _KNOWN}
    config = members(body.get(CONFIG), CONFIG)
    return ChatRequest(
        origin=GEMINI,
        model=envelope.model,
        turns=read_instruction(body.get("systemInstruction")) + read_contents(body.get("contents")),
        tools=read_tools(body.get("tools")),
        tool_choice=read_choice(body.get("toolConfig")),
        stream=envelope.stream,
        n=envelope.n,
        max_output_tokens=envelope.max_output_tokens,
        service_tier=(envelope.service_tier or "").lower(),
        safety=body.get("safetySettings"),
        store=flag(body.get("store"), "store"),
        metadata=body.get("labels"),
        extra={name: raw for name, raw in given.items() if camel(name) not in _KNOWN} | unread_config(config),
        **read_config(config),
    )


def _inner(given: Members) -> Members:
    """Return the members of what is asked for; a count may be asked of a whole request within."""
    for name in COUNT_TOKENS.instead:
        if name in given:
            try:
                return members_of(given[name])
            except (NotAnObject, NotJson) as error:
                raise InvalidRequest(f"`{name}` must be an object", param=name) from error
    return given


def _value(name: str, raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except BROKEN as error:
        raise InvalidRequest(f"`{name}` is not valid JSON: {error}", param=name) from error
