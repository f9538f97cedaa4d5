"""Turns as messages: words in one text, media beside them, each tool's result in a message of its own."""

from collections.abc import Iterable, Iterator

from oblivious.adapters.chat.arguments import as_object
from oblivious.adapters.chat.ids import legal_id
from oblivious.adapters.chat.parts import Audio, Part, Reasoning, Refusal, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.turns import INSTRUCTIONS, calls_in
from oblivious.adapters.dialects.ollama.translate.media import media_of, words_of
from oblivious.adapters.lenient import Json

_BETWEEN = "\n\n"


def write_messages(turns: Iterable[Turn]) -> list[Json]:
    """Write the conversation; a turn that says nothing here is left out.

    Raises:
        InvalidRequest: names a part that Ollama has no words for.
    """
    called: dict[str, str] = {}
    messages: list[Json] = []
    for turn in turns:
        called.update((call.id, call.name) for call in calls_in([turn]))
        messages += _assistant(turn) if turn.role == "assistant" else _heard(turn, called)
    return messages


def _heard(turn: Turn, called: dict[str, str]) -> Iterator[Json]:
    """Write what the model hears: results first, then what the user, or who made the program, says."""
    for part in turn.parts:
        if isinstance(part, ToolResult):
            yield _result(part, called)
    said = _content([part for part in turn.parts if not isinstance(part, ToolResult)])
    if said != _SILENCE:
        yield {"role": "system" if turn.role in INSTRUCTIONS else "user", **said}


def _result(result: ToolResult, called: dict[str, str]) -> Json:
    """Write a result: new servers go by the id of its call, older ones by the tool's name."""
    name = called.get(result.call_id) or result.name
    named = {"tool_name": name} if name else {}
    return {"role": "tool", **_content(result.content), **named, "tool_call_id": legal_id(result.call_id)}


_SILENCE: Json = {"content": ""}


def _content(parts: Iterable[Part]) -> Json:
    words: list[str] = []
    media: list[str] = []
    for part in parts:
        words += filter(None, [words_of(part)])
        media += media_of(part)
    return {"content": _BETWEEN.join(words)} | ({"images": media} if media else {})


def _assistant(turn: Turn) -> Iterator[Json]:
    words = "".join(words_of(part) for part in turn.parts if isinstance(part, Text | Refusal | Audio))
    thoughts = "".join(_thought(part) for part in turn.parts if isinstance(part, Reasoning))
    calls = [_call(part) for part in turn.parts if isinstance(part, ToolCall)]
    said = {"content": words, "thinking": thoughts, "tool_calls": calls}
    if any(said.values()):
        yield {
            "role": "assistant",
            "content": words,
            **{name: value for name, value in said.items() if value},
        }


def _thought(thought: Reasoning) -> str:
    """Return thoughts that nobody signed: those of Ollama's models, which has no signatures, among them."""
    return thought.text if thought.state is None else ""


def _call(call: ToolCall) -> Json:
    return {"id": legal_id(call.id), "function": {"name": call.name, "arguments": as_object(call)}}
