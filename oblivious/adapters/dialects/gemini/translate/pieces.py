"""Parts of an answer as a client of the Gemini API gets them."""

from collections.abc import Callable
from typing import Any

from oblivious.adapters.chat.arguments import as_object
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
    Video,
)
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.translate.media import write_medium
from oblivious.adapters.dialects.gemini.translate.parts import write_opaque
from oblivious.adapters.dialects.gemini.translate.signatures import SIGNATURE, signature_of
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest


def write_piece(value: Part, plan: ClientPlan) -> Json | None:
    """Write one part; None where Gemini has no words for it, or there is nothing in it."""
    write = _WRITERS.get(type(value))
    piece = write(value) if write is not None else None
    if piece is None:
        return None
    return piece | signature(value.state, plan)


def signature(state: State | None, plan: ClientPlan) -> Json:
    """Return the member that carries a state through a client."""
    if state is None or not (plan.wants_state or state.origin == GEMINI):
        return {}
    return {SIGNATURE: signature_of(state)}


def _write_text(value: Any) -> Json | None:
    return {"text": value.text} if value.text or value.state is not None else None


def _write_reasoning(value: Reasoning) -> Json | None:
    return {"text": value.text, "thought": True} if value.text or value.state is not None else None


def _write_call(value: ToolCall) -> Json:
    return {"functionCall": {"id": value.id, "name": value.name, "args": as_object(value)}}


def _write_medium(value: Any) -> Json | None:
    try:
        return write_medium(value)
    except InvalidRequest:  # what the provider keeps for itself
        return None


_WRITERS: dict[type[Part], Callable[[Any], Json | None]] = {
    Text: _write_text,
    Refusal: _write_text,
    Reasoning: _write_reasoning,
    ToolCall: _write_call,
    Image: _write_medium,
    Audio: _write_medium,
    Video: _write_medium,
    File: _write_medium,
    Opaque: write_opaque,
}
