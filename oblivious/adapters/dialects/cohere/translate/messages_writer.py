"""Turns as messages."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from oblivious.adapters.chat.ids import legal_id
from oblivious.adapters.chat.parts import Part, Reasoning, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.turns import INSTRUCTIONS, merged
from oblivious.adapters.dialects.cohere.translate.families import thinks
from oblivious.adapters.dialects.cohere.translate.names import legal_name
from oblivious.adapters.dialects.cohere.translate.parts_writer import text_block, write_block
from oblivious.adapters.dialects.cohere.translate.reading import FREE
from oblivious.adapters.dialects.endpoint import COHERE
from oblivious.adapters.lenient import Json

_Kind = TypeVar("_Kind", bound=Part)

_NOTHING = "{}"
"""The result of a tool that returned nothing: Cohere refuses messages that are empty."""


def write_messages(turns: Sequence[Turn], model: str, instruction: str = "") -> list[Json]:
    """Write the conversation: one system message, which must come first, then what was said in turn.

    `instruction` is our own, and comes last in the system message.

    Raises:
        InvalidRequest: names a part that Cohere has no words for.
    """
    system = "\n\n".join((*_instructions(turns), *filter(None, (instruction,))))
    spoken = [msgspec.structs.replace(turn, name="") for turn in turns if turn.role not in INSTRUCTIONS]
    said = [message for turn in merged(spoken) for message in _written(turn, model)]
    if not system:
        return said
    # A conversation needs somebody who asks.
    return [{"role": "system" if said else "user", "content": system}, *said]


def _instructions(turns: Iterable[Turn]) -> Iterator[str]:
    for turn in turns:
        if turn.role in INSTRUCTIONS:
            yield from (text.text for text in _those(turn.parts, Text) if text.text.strip())


def _written(turn: Turn, model: str) -> Iterator[Json]:
    if turn.role == "assistant":
        message = _assistant(turn, model)
        if len(message) > 1:
            yield message
        return
    results = _those(turn.parts, ToolResult)
    yield from map(_tool, results)
    # What a tool shows does not fit into its own message: the user shows it.
    shown = [part for result in results for part in result.content if not isinstance(part, Text)]
    blocks = [write_block(part, turn.role) for part in (*shown, *turn.parts)]
    content = _content([block for block in blocks if block is not None])
    if content:
        yield {"role": "user", "content": content}


def _content(blocks: list[Json]) -> list[Json] | str:
    """Return blocks as content; words alone need none."""
    if len(blocks) == 1 and blocks[0]["type"] == "text":
        words: str = blocks[0]["text"]
        return words
    return blocks


def _tool(result: ToolResult) -> Json:
    words = "\n".join(text.text for text in _those(result.content, Text))
    return {"role": "tool", "tool_call_id": legal_id(result.call_id), "content": words or _NOTHING}


def _assistant(turn: Turn, model: str) -> Json:
    message: Json = {"role": "assistant"}
    calls = [_call(call) for call in _those(turn.parts, ToolCall)]
    thoughts = [part.text for part in _those(turn.parts, Reasoning) if _is_read(part)]
    blocks = [write_block(part, "assistant") for part in turn.parts]
    said = [block for block in blocks if block is not None]
    if thoughts and thinks(model):
        said = [*({"type": "thinking", "thinking": words} for words in thoughts), *said]
    elif thoughts and calls:
        message["tool_plan"] = "\n\n".join(thoughts)
    content = _content(said)
    return message | ({"content": content} if content else {}) | ({"tool_calls": calls} if calls else {})


def _is_read(part: Reasoning) -> bool:
    """Whether Cohere gets a thought: it signs none, so those that others signed are none of its own."""
    return text_block(part.text) is not None and (part.state is None or part.state.of(COHERE))


def _call(call: ToolCall) -> Json:
    arguments = call.arguments or "{}"
    if call.custom:
        arguments = msgspec.json.encode({FREE: call.arguments}).decode()
    function = {"name": legal_name(call.name), "arguments": arguments}
    return {"id": legal_id(call.id), "type": "function", "function": function}


def _those(parts: Sequence[Part], kind: type[_Kind]) -> list[_Kind]:
    return [part for part in parts if isinstance(part, kind)]
