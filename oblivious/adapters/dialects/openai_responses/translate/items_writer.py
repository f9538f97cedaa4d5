"""Turns to input items."""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import Any

from oblivious.adapters.chat.ids import legal_id
from oblivious.adapters.chat.parts import (
    Audio,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolResult,
)
from oblivious.adapters.chat.request import ChatRequest, Turn
from oblivious.adapters.chat.turns import INSTRUCTIONS, calls_in
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.names import Spaces, legal, spaces_of
from oblivious.adapters.dialects.openai_responses.translate.parts import write_content
from oblivious.adapters.lenient import Json


def write_conversation(request: ChatRequest) -> tuple[str, list[Json]]:
    """Return what instructs the model from the beginning, and the items of the conversation.

    Raises:
        InvalidRequest: names a part that the Responses API has no words for.
    """
    leading = len(list(takewhile(_instructs, request.turns)))
    if leading == len(request.turns):
        leading = max(0, leading - 1)  # something must be said
    instructions = "\n\n".join(_words_of(turn) for turn in request.turns[:leading])
    own = request.origin == OPENAI_RESPONSES
    writer = _Writer(
        spaces_of(request.tools) if own else {},
        frozenset(call.id for call in calls_in(request.turns) if call.custom),
    )
    return instructions, [item for turn in request.turns[leading:] for item in writer.items(turn)]


def _instructs(turn: Turn) -> bool:
    return turn.role in INSTRUCTIONS and all(isinstance(part, Text) for part in turn.parts)


def _words_of(turn: Turn) -> str:
    return "\n\n".join(part.text for part in turn.parts if isinstance(part, Text))


class _Writer:
    """Writes turns; knows the namespaces of tools, and which calls were made with free text."""

    __slots__ = ("_custom", "_spaces")

    def __init__(self, spaces: Spaces, custom: frozenset[str]) -> None:
        self._spaces = spaces
        self._custom = custom

    def items(self, turn: Turn) -> Iterator[Json]:
        """Yield the items that a turn becomes."""
        if turn.role == "assistant":
            yield from self._assistant(turn.parts)
            return
        results = [part for part in turn.parts if isinstance(part, ToolResult)]
        yield from (self._output(result) for result in results)
        content = write_content(part for part in turn.parts if not isinstance(part, ToolResult))
        if content:
            role = "developer" if turn.role in INSTRUCTIONS else turn.role
            yield {"type": "message", "role": role, "content": content}

    def _output(self, result: ToolResult) -> Json:
        content = write_content(result.content)
        alone = len(content) == 1 and content[0].get("type") == "input_text"
        kind = "custom_tool_call" if result.custom or result.call_id in self._custom else "function_call"
        return {
            "type": f"{kind}_output",
            "call_id": legal_id(result.call_id),
            "output": content[0]["text"] if alone else content or "",
        }

    def _assistant(self, parts: Sequence[Part]) -> Iterator[Json]:
        """Yield the items of an assistant's turn; texts in a row are one message."""
        spoken: list[Json] = []
        for part in parts:
            words = _spoken(part)
            if words is not None:
                spoken.append(words)
                continue
            write = _ITEMS.get(type(part))
            item = None if write is None else write(self, part)
            if item is not None:
                yield from _messages(spoken)
                spoken = []
                yield item
        yield from _messages(spoken)

    def call(self, call: ToolCall) -> Json:
        space = self._spaces.get(call.name)
        named = {"name": legal(call.name)} if space is None else {"namespace": space[0], "name": space[1]}
        head = {"call_id": legal_id(call.id), **named}
        if call.custom:
            return {"type": "custom_tool_call", **head, "input": call.arguments}
        return {"type": "function_call", **head, "arguments": call.arguments or "{}"}

    def reasoning(self, thought: Reasoning) -> Json | None:
        """Write a thought that this dialect can read again; the id is left out, as nobody stored it."""
        state = thought.state
        if state is None or state.origin != OPENAI_RESPONSES:
            return None
        item: Json = {"type": "reasoning", "summary": [], "encrypted_content": state.data}
        if thought.text and thought.summary:
            item["summary"] = [{"type": "summary_text", "text": thought.text}]
        elif thought.text:
            item["content"] = [{"type": "reasoning_text", "text": thought.text}]
        return item

    def opaque(self, value: Opaque) -> Any:
        return value.value if value.origin == OPENAI_RESPONSES else None

    def image(self, image: Image) -> Json:
        """Show a picture that a model made: an assistant's message has no room for it."""
        return {"type": "message", "role": "user", "content": write_content([image])}


_ITEMS: dict[type[Part], Callable[[_Writer, Any], Any]] = {
    ToolCall: _Writer.call,
    Reasoning: _Writer.reasoning,
    Opaque: _Writer.opaque,
    Image: _Writer.image,
}


def _spoken(part: Part) -> Json | None:
    """Return what an assistant said in words; what its text rests on is not told again."""
    if isinstance(part, Refusal):
        return {"type": "refusal", "refusal": part.text}
    words = part.transcript if isinstance(part, Audio) else part.text if isinstance(part, Text) else ""
    return {"type": "output_text", "text": words} if words else None


def _messages(spoken: list[Json]) -> Iterator[Json]:
    if spoken:
        yield {"type": "message", "role": "assistant", "content": spoken}
