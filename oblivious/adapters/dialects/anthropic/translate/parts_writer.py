"""Neutral parts as blocks for an upstream."""

from collections.abc import Callable
from typing import Any

from oblivious.adapters.chat.arguments import as_object
from oblivious.adapters.chat.ids import legal_id
from oblivious.adapters.chat.parts import (
    Audio,
    File,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.chat.request import Role
from oblivious.adapters.dialects.anthropic.translate.caching import write_mark
from oblivious.adapters.dialects.anthropic.translate.citations import write_own
from oblivious.adapters.dialects.anthropic.translate.names import legal_name
from oblivious.adapters.dialects.anthropic.translate.origins import REDACTED
from oblivious.adapters.dialects.anthropic.translate.sources import write_document, write_image
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_THOUGHTS = frozenset({ANTHROPIC, REDACTED})


def is_said(part: Part, role: Role) -> bool:
    """Whether a part goes up: Anthropic refuses blank texts, and reads no thoughts but its own."""
    if isinstance(part, Text | Refusal):
        return bool(part.text.strip())
    if isinstance(part, Reasoning):
        return role == "assistant" and part.state is not None and part.state.origin in _THOUGHTS
    if isinstance(part, Opaque):
        return part.origin == ANTHROPIC
    if isinstance(part, ToolCall):
        return role == "assistant"
    if isinstance(part, Audio) and role == "assistant":
        return bool(part.transcript.strip())
    # What an assistant drew or filmed has no place in its own turn.
    return role == "user"


def write_part(part: Part, role: Role) -> Json:
    """Write a part that is said.

    Raises:
        InvalidRequest: names what Anthropic has no words for.
    """
    block = _WRITERS[type(part)](part)
    if isinstance(part, Text) and role == "assistant":
        citations = write_own(part.citations)
        block |= {"citations": citations} if citations else {}
    # A thought cannot be marked.
    return block if isinstance(part, Reasoning) else block | write_mark(part.cache)


def _write_text(part: Any) -> Json:
    return {"type": "text", "text": part.text}


def _write_image(part: Any) -> Json:
    return write_image(part.source)


def _write_audio(part: Any) -> Json:
    if part.transcript:
        return {"type": "text", "text": part.transcript}
    raise _unheard("audio")


def _write_video(_part: Any) -> Json:
    raise _unheard("video")


def _unheard(kind: str) -> InvalidRequest:
    return InvalidRequest(
        f"{kind} cannot be given here: the model is served through {ANTHROPIC}, which takes none",
        param="messages",
    )


def _write_thought(part: Any) -> Json:
    if part.state.origin == REDACTED:
        return {"type": "redacted_thinking", "data": part.state.data}
    return {"type": "thinking", "thinking": part.text, "signature": part.state.data}


def _write_call(part: Any) -> Json:
    return {
        "type": "tool_use",
        "id": legal_id(part.id),
        "name": legal_name(part.name),
        "input": as_object(part),
    }


def _write_result(part: Any) -> Json:
    block: Json = {"type": "tool_result", "tool_use_id": legal_id(part.call_id)}
    content = [write_part(each, "user") for each in part.content if is_said(each, "user")]
    if len(content) == 1 and content[0].keys() == {"type", "text"}:
        block["content"] = content[0]["text"]
    elif content:
        block["content"] = content
    return block | ({"is_error": True} if part.failed else {})


def _write_opaque(part: Any) -> Json:
    own: Json = part.value
    return dict(own)


_WRITERS: dict[type[Part], Callable[[Any], Json]] = {
    Text: _write_text,
    Refusal: _write_text,
    Image: _write_image,
    Audio: _write_audio,
    Video: _write_video,
    File: write_document,
    Reasoning: _write_thought,
    ToolCall: _write_call,
    ToolResult: _write_result,
    Opaque: _write_opaque,
}
