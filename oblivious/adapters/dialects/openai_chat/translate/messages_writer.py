"""Turns to messages."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from oblivious.adapters.chat.parts import (
    Audio,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolResult,
)
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.state import written
from oblivious.adapters.dialects.openai_chat.translate.content import write_content
from oblivious.adapters.dialects.openai_chat.translate.messages_reader import GOOGLE
from oblivious.adapters.dialects.openai_chat.translate.reasoning import write_for_upstream
from oblivious.adapters.dialects.openai_chat.translate.vendors import call_id, one_system
from oblivious.adapters.lenient import Json
from oblivious.adapters.providers.provider import Provider

_Kind = TypeVar("_Kind", bound=Part)


def write_messages(turns: Iterable[Turn], provider: Provider) -> list[Json]:
    """Write the conversation as a provider takes it.

    Raises:
        InvalidRequest: names a part that chat has no words for.
    """
    if provider.one_system:
        turns = one_system(turns)
    return [message for turn in turns for message in _written(turn, provider)]


def _written(turn: Turn, provider: Provider) -> Iterator[Json]:
    if turn.role == "assistant":
        yield _assistant(turn, provider)
        return
    results = _those(turn.parts, ToolResult)
    yield from (_tool(result, provider) for result in results)
    # What a tool shows does not fit into its own message: the user shows it.
    shown = [part for result in results for part in result.content if not isinstance(part, Text)]
    said = [*shown, *(part for part in turn.parts if not isinstance(part, ToolResult | Opaque))]
    if said or not results:
        role = "system" if turn.role == "developer" and not provider.developer_role else turn.role
        content = write_content(said, provider.cache_member) or ""
        yield {"role": role, "content": content, **_named(turn, provider)}


def _named(turn: Turn, provider: Provider) -> Json:
    return {"name": turn.name} if turn.name and provider.message_names else {}


def _tool(result: ToolResult, provider: Provider) -> Json:
    words = "\n".join(text.text for text in _those(result.content, Text))
    return {"role": "tool", "tool_call_id": call_id(result.call_id, provider), "content": words}


def _assistant(turn: Turn, provider: Provider) -> Json:
    texts = [text.text for text in _those(turn.parts, Text) if text.text]
    message: Json = {"role": "assistant", "content": "".join(texts) or None}
    message |= write_for_upstream(_those(turn.parts, Reasoning), provider.reasoning_field)
    refusals = _those(turn.parts, Refusal)
    if refusals:
        message["refusal"] = "".join(refusal.text for refusal in refusals)
    sounds = [audio.id for audio in _those(turn.parts, Audio) if audio.id]
    if sounds:
        message["audio"] = {"id": sounds[0]}
    calls = [_call(call, provider) for call in _those(turn.parts, ToolCall)]
    if calls:
        message["tool_calls"] = calls
    if message["content"] is None and not (calls and provider.null_content):
        message["content"] = ""
    return message | _named(turn, provider)


def _call(call: ToolCall, provider: Provider) -> Json:
    called = {"id": call_id(call.id, provider), **what_is_called(call)}
    if call.state is not None and call.state.of(GOOGLE):
        called["extra_content"] = {"google": {"thought_signature": call.state.data}}
    return called


def what_is_called(call: ToolCall) -> Json:
    """Return the members of a call that name the tool and hold its arguments."""
    if call.custom:
        return {"type": "custom", "custom": {"name": call.name, "input": call.arguments}}
    return {"type": "function", "function": {"name": call.name, "arguments": call.arguments or "{}"}}


def signature_of(call: ToolCall) -> Json:
    """Return what carries a call's state through a client: Google's own place for it."""
    if call.state is None:
        return {}
    return {"extra_content": {"google": {"thought_signature": written(call.state, GOOGLE)}}}


def _those(parts: Sequence[Part], kind: type[_Kind]) -> list[_Kind]:
    return [part for part in parts if isinstance(part, kind)]
