"""Turns as `system` and `messages`."""

from collections.abc import Iterable, Sequence

import msgspec

from oblivious.adapters.chat.parts import Text, ToolResult
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.turns import INSTRUCTIONS, merged
from oblivious.adapters.dialects.bedrock.translate.models import Model
from oblivious.adapters.dialects.bedrock.translate.parts_writer import PartsWriter, is_said
from oblivious.adapters.lenient import Json

_OPENING: Json = {"role": "user", "content": [{"text": "."}]}
"""What a conversation begins with in which the assistant speaks first: Bedrock refuses it else."""

_WITH_DOCUMENTS = {"text": "See the document."}
"""Bedrock refuses documents that stand without words."""


def spoken(turns: Iterable[Turn], model: Model) -> list[Turn]:
    """Return what users and the assistant say to each other in turn, without what cannot be said here."""
    return merged(
        msgspec.structs.replace(
            turn, parts=tuple(part for part in turn.parts if is_said(part, turn.role, model)), name=""
        )
        for turn in turns
        if turn.role not in INSTRUCTIONS
    )


def write_system(turns: Iterable[Turn], instruction: str, model: Model) -> list[Json]:
    """Write all that instructs the model, in its order; our own instruction comes last."""
    said = [
        part
        for turn in turns
        if turn.role in INSTRUCTIONS
        for part in turn.parts
        if isinstance(part, Text) and is_said(part, turn.role, model)
    ]
    blocks = list(PartsWriter(model).blocks(said))
    return [*blocks, {"text": instruction}] if instruction else blocks


def write_messages(turns: Sequence[Turn], model: Model) -> list[Json]:
    """Write turns that alternate.

    Raises:
        InvalidRequest: names a part that Bedrock has no words for.
    """
    writer = PartsWriter(model)
    messages = [_written(turn, writer) for turn in turns]
    if messages and messages[-1]["role"] == "assistant" and "text" in messages[-1]["content"][-1]:
        # With white space at the end of a text that it is to go on with, Claude refuses.
        last = messages[-1]["content"][-1]
        last["text"] = last["text"].rstrip()
    speaks_first = bool(messages) and messages[0]["role"] == "assistant"
    return [_OPENING, *messages] if speaks_first else messages


def _written(turn: Turn, writer: PartsWriter) -> Json:
    # The results of calls come before anything else.
    ordered = sorted(turn.parts, key=lambda part: not isinstance(part, ToolResult))
    blocks = list(writer.blocks(ordered))
    if any("document" in block for block in blocks) and not any("text" in block for block in blocks):
        blocks.append(_WITH_DOCUMENTS)
    return {"role": turn.role, "content": blocks}
