"""The parts of an answer, whole and in the pieces of a stream.

The first call is always signed, the end of a text only if there were thoughts.
"""

from collections.abc import Iterator

import msgspec

from oblivious.demo.answer import Answer, ToolCall
from oblivious.demo.dialects.gemini.signatures import signed
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json


class Piece(msgspec.Struct, frozen=True):
    """A part as a stream brings it, and what it counts for."""

    part: Json
    tokens: int = 1
    thought: bool = False


def parts_of(answer: Answer, mint: Mint) -> list[Json]:
    """Return thoughts, then text or calls; what an answer has none of is left out."""
    parts = [_thought(answer.thought)] if answer.thoughts else []
    if answer.words:
        parts.append(_ending(answer, answer.text, mint))
    return [*parts, *(_call(number, call, mint) for number, call in enumerate(answer.calls))]


def pieces_of(answer: Answer, mint: Mint) -> Iterator[Piece]:
    """Yield what a stream brings: thoughts and text word by word, every call whole."""
    for thought in answer.thoughts:
        yield Piece(_thought(thought), thought=True)
    for word in answer.words:
        yield Piece({"text": word})
    for number, call in enumerate(answer.calls):
        yield Piece(_call(number, call, mint), call.tokens)


def last_part(answer: Answer, mint: Mint) -> Json:
    """Return the empty part that a stream ends with."""
    return {"text": ""} if answer.calls else _ending(answer, "", mint)


def _thought(text: str) -> Json:
    return {"text": text, "thought": True}


def _ending(answer: Answer, text: str, mint: Mint) -> Json:
    part = {"text": text}
    return signed(part, mint) if answer.thoughts else part


def _call(number: int, call: ToolCall, mint: Mint) -> Json:
    part = {"functionCall": {"id": mint.new_id("call_"), "name": call.name, "args": call.values}}
    return signed(part, mint) if number == 0 else part
