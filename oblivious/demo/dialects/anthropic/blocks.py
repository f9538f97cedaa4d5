"""The blocks of a message, whole and in the pieces of a stream."""

from collections.abc import Iterator

import msgspec

from oblivious.demo.answer import Answer, ToolCall
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json


class Block(msgspec.Struct, frozen=True):
    """One block: as it is in the end, as it starts, and what is added in between."""

    whole: Json
    start: Json
    deltas: tuple[Json, ...]


def blocks_of(answer: Answer, mint: Mint) -> list[Block]:
    """Return thoughts, then text, then calls; what an answer has none of is left out."""
    return list(_blocks(answer, mint))


def _blocks(answer: Answer, mint: Mint) -> Iterator[Block]:
    if answer.thoughts:
        yield _thinking(answer, mint.seal())
    if answer.words:
        yield _text(answer)
    for call in answer.calls:
        yield _tool_use(call, mint.new_id("toolu_"))


def _thinking(answer: Answer, signature: str) -> Block:
    return Block(
        {"type": "thinking", "thinking": answer.thought, "signature": signature},
        {"type": "thinking", "thinking": "", "signature": ""},
        (
            *({"type": "thinking_delta", "thinking": word} for word in answer.thoughts),
            {"type": "signature_delta", "signature": signature},
        ),
    )


def _text(answer: Answer) -> Block:
    return Block(
        {"type": "text", "text": answer.text, "citations": None},
        {"type": "text", "text": ""},
        tuple({"type": "text_delta", "text": word} for word in answer.words),
    )


def _tool_use(call: ToolCall, call_id: str) -> Block:
    named: Json = {"type": "tool_use", "id": call_id, "name": call.name}
    return Block(
        {**named, "input": call.values},
        {**named, "input": {}},
        tuple({"type": "input_json_delta", "partial_json": piece} for piece in ("", *call.pieces)),
    )
