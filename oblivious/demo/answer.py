"""What the demo answers, whatever the dialect; pure."""

import re
import sys
from enum import Enum
from typing import Any

import msgspec

from oblivious.demo import words
from oblivious.demo.schema import Schema, sample, sample_object

_NO_CAP = sys.maxsize
_JSON_PIECE = 12
_NO_WORD = re.compile(r"[\W_]+")


class Finish(Enum):
    """Why an answer ended."""

    STOP = "stop"
    STOP_SEQUENCE = "stop_sequence"
    LENGTH = "length"
    TOOLS = "tools"


class Tool(msgspec.Struct, frozen=True):
    """A function that the client offers."""

    name: str
    schema: Schema = {}


class ToolCall(msgspec.Struct, frozen=True):
    """A function the demo wants called; `arguments` is a JSON object."""

    name: str
    arguments: str

    @property
    def values(self) -> Schema:
        """Return the arguments as an object."""
        return msgspec.json.decode(self.arguments, type=dict[str, Any])

    @property
    def pieces(self) -> list[str]:
        """Return the arguments in the pieces in which they are streamed."""
        return _json_pieces(self.arguments)

    @property
    def tokens(self) -> int:
        """Return what the call counts for: its name and the pieces of its arguments."""
        return 1 + len(self.pieces)


class Ask(msgspec.Struct, frozen=True):
    """What a request asks for, whatever its dialect.

    Attributes:
        text: the last user message.
        input_tokens: words of the whole conversation.
        tools: what may be called; empty if the client allows none now.
        forced: must call: the tool of that name, or any where it is "".
        parallel: whether several tools may be called at once.
        answered: the conversation ends with tool results.
        cap: the most output tokens.
        choices: how many answers.
        thinks: whether reasoning was asked for.
        schema: what the words have to be JSON of; None if they may be prose.
    """

    text: str
    input_tokens: int
    tools: tuple[Tool, ...] = ()
    forced: str | None = None
    parallel: bool = True
    answered: bool = False
    cap: int | None = None
    stops: tuple[str, ...] = ()
    choices: int = 1
    thinks: bool = False
    schema: Schema | None = None


class Answer(msgspec.Struct, frozen=True):
    """One answer: thoughts, then words or calls."""

    thoughts: tuple[str, ...]
    words: tuple[str, ...]
    calls: tuple[ToolCall, ...]
    finish: Finish
    stop: str | None = None

    @property
    def tokens(self) -> int:
        """Return the output tokens, thoughts among them."""
        return len(self.thoughts) + len(self.words) + sum(call.tokens for call in self.calls)

    @property
    def text(self) -> str:
        """Return the words as one text."""
        return "".join(self.words)

    @property
    def thought(self) -> str:
        """Return the thoughts as one text."""
        return "".join(self.thoughts)


def compose(ask: Ask, length: int) -> Answer:
    """Return the answer to `ask` in at most `length` words.

    Never longer than the client's cap: a call that does not fit below it is not made.
    """
    cap = _NO_CAP if ask.cap is None else ask.cap
    thoughts = words.pieces(words.THOUGHT)[:cap] if ask.thinks else ()
    room = cap - len(thoughts)
    calls = _calls(ask)
    if calls and sum(call.tokens for call in calls) <= room:
        return Answer(thoughts, (), calls, Finish.TOOLS)
    text, stop = _text(ask, length)
    if len(text) > room:
        return Answer(thoughts, text[:room], (), Finish.LENGTH)
    return Answer(thoughts, text, (), Finish.STOP if stop is None else Finish.STOP_SEQUENCE, stop)


def _text(ask: Ask, length: int) -> tuple[tuple[str, ...], str | None]:
    """Return the words, and the stop sequence that ended them; JSON is as long as it must be."""
    if ask.schema is None:
        return words.cut_at_stop(words.canned(length), ask.stops)
    return tuple(_json_pieces(msgspec.json.encode(sample(ask.schema)).decode())), None


def _json_pieces(text: str) -> list[str]:
    return [text[at : at + _JSON_PIECE] for at in range(0, len(text), _JSON_PIECE)]


def _calls(ask: Ask) -> tuple[ToolCall, ...]:
    if ask.answered:
        return ()
    tools = _forced(ask) if ask.forced is not None else _asked_for(ask)
    return tuple(_call(tool) for tool in (tools if ask.parallel else tools[:1]))


def _forced(ask: Ask) -> tuple[Tool, ...]:
    named = tuple(tool for tool in ask.tools if tool.name == ask.forced)
    return named or _asked_for(ask) or ask.tools[:1]


def _asked_for(ask: Ask) -> tuple[Tool, ...]:
    """Return the tools that the message names, else the first one if it speaks of tools at all."""
    text = _spoken(ask.text)
    named = tuple(tool for tool in ask.tools if _spoken(tool.name) in text)
    return named or (ask.tools[:1] if " tool " in text else ())


def _spoken(name: str) -> str:
    return f" {_NO_WORD.sub(' ', name.lower()).strip()} "


def _call(tool: Tool) -> ToolCall:
    return ToolCall(tool.name, msgspec.json.encode(sample_object(tool.schema)).decode())
