"""A whole answer for a client of Messages."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Audio, Opaque, Part, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.dialects.anthropic.translate.arguments import object_of
from oblivious.adapters.dialects.anthropic.translate.citations import write_citation
from oblivious.adapters.dialects.anthropic.translate.finish import write_details, write_finish
from oblivious.adapters.dialects.anthropic.translate.origins import carrier, hidden
from oblivious.adapters.dialects.anthropic.translate.usage_writer import write_usage
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.lenient import Json

_NOTHING = Choice(())


def write_response(response: ChatResponse, plan: ClientPlan) -> bytes:
    """Write the first of the answers: this dialect has room for no other."""
    choice = next((each for each in response.choices if each.index == 0), _NOTHING)
    message = head_of(plan) | {
        "content": [block for part in choice.parts for block in write_blocks(part)],
        "stop_reason": write_finish(choice.finish, choice.stopped_by),
        "stop_sequence": choice.stopped_by or None,
        "stop_details": write_details(choice.finish, choice.said),
        "usage": write_usage(response.usage, response.service_tier),
    }
    return msgspec.json.encode(message)


def head_of(plan: ClientPlan) -> Json:
    """Return the members that begin every message."""
    return {
        "id": f"msg_{plan.exchange_id}",
        "type": "message",
        "role": "assistant",
        "model": plan.request.model,
    }


def write_blocks(part: Part) -> Iterator[Json]:
    """Yield the blocks of a part: none of what only another dialect has, two if its state needs one."""
    write = _WRITERS.get(type(part))
    block = write(part) if write is not None else None
    if block is None:
        if part.state is not None and isinstance(part, Text):
            yield hidden(part.state)
        return
    if part.state is not None and not isinstance(part, Reasoning):
        yield carrier(part.state, before=True)
    yield block


def _write_text(part: Any) -> Json | None:
    if not part.text:
        return None
    citations = [written for each in part.citations if (written := write_citation(each)) is not None]
    return {"type": "text", "text": part.text, "citations": citations or None}


def _write_words(part: Any) -> Json | None:
    return {"type": "text", "text": part.text, "citations": None} if part.text else None


def _write_spoken(part: Any) -> Json | None:
    return {"type": "text", "text": part.transcript, "citations": None} if part.transcript else None


def _write_thought(part: Any) -> Json | None:
    if part.state is None:
        return {"type": "thinking", "thinking": part.text, "signature": ""} if part.text else None
    block = hidden(part.state)
    return {**block, "thinking": part.text} if "thinking" in block else block


def _write_call(part: Any) -> Json | None:
    called = object_of(part.arguments, custom=part.custom)
    return {"type": "tool_use", "id": part.id, "name": part.name, "input": called}


def _write_opaque(part: Any) -> Json | None:
    own: Json = part.value
    return own if part.origin == ANTHROPIC else None


_WRITERS: dict[type[Part], Callable[[Any], Json | None]] = {
    Text: _write_text,
    Refusal: _write_words,
    Audio: _write_spoken,
    Reasoning: _write_thought,
    ToolCall: _write_call,
    Opaque: _write_opaque,
}
