"""A request of a client of Messages, as neutral chat."""

from typing import Any

from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.anthropic.translate.answer_format import read_format
from oblivious.adapters.dialects.anthropic.translate.messages_reader import read_turns
from oblivious.adapters.dialects.anthropic.translate.thinking import read_thinking
from oblivious.adapters.dialects.anthropic.translate.tiers import read_wish
from oblivious.adapters.dialects.anthropic.translate.tools import read_choice, read_tools
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.fields import integer, members, number, text, texts, wrong
from oblivious.adapters.dialects.nested import unread
from oblivious.adapters.lenient import Json, decoded
from oblivious.contracts.errors import InvalidRequest

_CONFIG = "output_config"
_KNOWN = frozenset(
    {"model", "max_tokens", "messages", "system", "stream", "tools", "tool_choice", "thinking"}
    | {_CONFIG, "output_format", "stop_sequences", "metadata", "service_tier"}
    | {"temperature", "top_p", "top_k"}
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
    body = {name: _value(envelope, name) for name in envelope.members if name in _KNOWN}
    choice, parallel = read_choice(body.get("tool_choice"))
    return ChatRequest(
        origin=ANTHROPIC,
        model=envelope.model,
        turns=read_turns(body.get("system"), body.get("messages")),
        tools=read_tools(body.get("tools")),
        tool_choice=choice,
        parallel_tools=parallel,
        format=read_format(body),
        thinking=read_thinking(body),
        stream=envelope.stream,
        max_output_tokens=envelope.max_output_tokens,
        temperature=number(body.get("temperature"), "temperature"),
        top_p=number(body.get("top_p"), "top_p"),
        top_k=integer(body.get("top_k"), "top_k"),
        stop=texts(body.get("stop_sequences"), "stop_sequences"),
        service_tier=read_wish(text(body.get("service_tier"), "service_tier")),
        user=_user(body),
        extra={name: raw for name, raw in envelope.members.items() if name not in _KNOWN}
        | unread(_CONFIG, members(body.get(_CONFIG), _CONFIG), ("effort", "format")),
    )


def _value(envelope: Envelope, name: str) -> Any:
    raw = envelope.members[name]
    value = decoded(raw)
    if value is None and bytes(raw).strip() != b"null":
        raise wrong(name, "valid JSON")
    return value


def _user(body: Json) -> str:
    return text(members(body.get("metadata"), "metadata").get("user_id"), "metadata.user_id")
