"""The blocks of a message, whole and in the pieces of a stream."""

from collections.abc import Iterator

import msgspec

from oblivious.demo.answer import Answer, ToolCall
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json


class Block(msgspec.Struct, frozen=True):
    """One block: as it is in the end, as it starts, and what is added in between.

    Attributes:
        start: None where a stream does not say how it starts; only calls do.
    """

    whole: Json
    deltas: tuple[Json, ...]
    start: Json | None = None


def blocks_of(answer: Answer, mint: Mint) -> Iterator[Block]:
    """Yield thoughts, then text, then calls; what an answer has none of is left out."""
    if answer.thoughts:
        yield _thought(answer, mint.seal())
    if answer.words:
        yield Block({"text": answer.text}, tuple({"text": word} for word in answer.words))
    for call in answer.calls:
        yield _call(call, mint.new_id("tooluse_"))


def _thought(answer: Answer, signature: str) -> Block:
    signed = {"text": answer.thought, "signature": signature}
    pieces: list[Json] = [*({"text": word} for word in answer.thoughts), {"signature": signature}]
    return Block(
        {"reasoningContent": {"reasoningText": signed}},
        tuple({"reasoningContent": piece} for piece in pieces),
    )


def _call(call: ToolCall, call_id: str) -> Block:
    named: Json = {"toolUseId": call_id, "name": call.name}
    return Block(
        {"toolUse": {**named, "input": call.values}},
        tuple({"toolUse": {"input": piece}} for piece in call.pieces),
        {"toolUse": named},
    )
