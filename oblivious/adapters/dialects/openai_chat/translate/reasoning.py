"""Thoughts beside a message: chat has no place of its own for them, so clients and vendors made several.

Most vendors write `reasoning_content`, some `reasoning`; OpenRouter's `reasoning_details` also carries the
state that must come back in a tool loop; Mistral has chunks of its content for them. All are read; clients
get `reasoning_content`, and `reasoning_details` where there is a state.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Part, Reasoning
from oblivious.adapters.chat.state import State, read, written
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.lenient import Json, decoded, is_list, parts

FIELDS = ("reasoning_content", "reasoning", "thinking")
DETAILS = "reasoning_details"
CHUNK = "thinking"
"""The type of a part of a content that is a thought, as Mistral writes them."""

_NOBODY = ""


def words_in(message: Json) -> str:
    """Return the thoughts of a message or a delta as plain text."""
    for name in FIELDS:
        value = message.get(name)
        if isinstance(value, str) and value:
            return value
    content = message.get("content")
    return "".join(map(_chunk_words, parts(content))) if is_list(content) else ""


def _said(detail: Json) -> str:
    """Return the words of one of the details."""
    said = detail.get("text") or detail.get("summary") or ""
    return said if isinstance(said, str) else ""


def _chunk_words(chunk: Json) -> str:
    """Return the thoughts in one of Mistral's chunks, which are chunks again."""
    thought = chunk.get(CHUNK) if chunk.get("type") == CHUNK else None
    pieces = thought if is_list(thought) else [{"text": thought}]
    return "".join(text for piece in parts(pieces) if isinstance(text := piece.get("text"), str))


def read_from_client(message: Json) -> list[Part]:
    """Return the thoughts that a client gives back, each with its state where there is one."""
    words = words_in(message)
    found: list[Part] = []
    for detail in parts(message.get(DETAILS)):
        signature = detail.get("signature") or detail.get("data")
        said = _said(detail)
        state = (
            read(signature, f"{OPENAI_CHAT}.{detail.get('format')}") if isinstance(signature, str) else None
        )
        found.append(Reasoning(text=said, state=state))
    if not found:
        return [Reasoning(text=words)] if words else []
    first = found[0]
    # In a stream the words went out before the state was known.
    if words and isinstance(first, Reasoning) and not first.text:
        found[0] = msgspec.structs.replace(first, text=words)
    return found


def detail_of(value: Reasoning, place: int) -> Json:
    """Return what carries a thought's state through a client."""
    signature = written(value.state, _NOBODY) if value.state is not None else None
    return {"type": "reasoning.text", "index": place, "text": value.text, "signature": signature}


def write_for_client(thoughts: Sequence[Reasoning]) -> Json:
    """Return the members that give thoughts to a client."""
    words = "".join(thought.text for thought in thoughts)
    out: Json = {"reasoning_content": words} if words else {}
    if any(thought.state is not None for thought in thoughts):
        out[DETAILS] = [detail_of(thought, place) for place, thought in enumerate(thoughts)]
    return out


def thoughts_in(message: Json) -> str:
    """Return the thoughts of an upstream's message or delta; Snowflake tells them in the details only."""
    words = words_in(message)
    return words if words or DETAILS not in message else "".join(map(_said, parts(message[DETAILS])))


def read_from_upstream(message: Json) -> Iterator[Part]:
    """Yield the thoughts of an upstream's message; its details come back to it as they are."""
    words, details = thoughts_in(message), message.get(DETAILS)
    if words or details:
        yield Reasoning(text=words, state=_kept(details))


def write_for_upstream(thoughts: Sequence[Reasoning], field: str) -> Json:
    """Return the members that give an upstream its thoughts back; `field` is where it wants their words."""
    own = [t.state.data for t in thoughts if t.state is not None and t.state.origin == OPENAI_CHAT]
    if own:
        return {DETAILS: [detail for data in own for detail in parts(decoded(data.encode()))]}
    words = "".join(thought.text for thought in thoughts)
    return {field: words} if field and words else {}


def _kept(details: Any) -> State | None:
    return State(OPENAI_CHAT, msgspec.json.encode(details).decode()) if parts(details) else None
