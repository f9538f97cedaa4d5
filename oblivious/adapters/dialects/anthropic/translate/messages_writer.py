"""Turns as `system` and `messages`."""

from collections.abc import Iterable, Sequence

import msgspec

from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.turns import INSTRUCTIONS, merged
from oblivious.adapters.dialects.anthropic.translate.parts_writer import is_said, write_part
from oblivious.adapters.lenient import Json


def spoken(turns: Iterable[Turn]) -> list[Turn]:
    """Return what users and the assistant say to each other in turn, without what cannot be said here."""
    return merged(
        msgspec.structs.replace(
            turn, parts=tuple(part for part in turn.parts if is_said(part, turn.role)), name=""
        )
        for turn in turns
        if turn.role not in INSTRUCTIONS
    )


def write_system(turns: Iterable[Turn], instruction: str) -> list[Json]:
    """Write all that instructs the model, in its order; our own instruction comes last."""
    said = [
        write_part(part, "user")
        for turn in turns
        if turn.role in INSTRUCTIONS
        for part in turn.parts
        if isinstance(part, Text) and is_said(part, turn.role)
    ]
    return [*said, {"type": "text", "text": instruction}] if instruction else said


def write_messages(turns: Sequence[Turn]) -> list[Json]:
    """Write turns that alternate.

    Raises:
        InvalidRequest: names a part that Anthropic has no words for.
    """
    messages = [_written(turn) for turn in turns]
    if messages and messages[-1]["role"] == "assistant":
        _strip_end(messages[-1]["content"][-1])
    return messages


def _written(turn: Turn) -> Json:
    blocks = [write_part(part, turn.role) for part in turn.parts]
    if turn.role == "user":
        # Anthropic wants the results of calls before anything else.
        blocks.sort(key=lambda block: block["type"] != "tool_result")
    return {"role": turn.role, "content": blocks}


def _strip_end(block: Json) -> None:
    """Take the white space off the end of a text that the model is to go on with."""
    if block["type"] == "text":
        block["text"] = block["text"].rstrip()
