"""The output items of a response, and the events that build each of them up."""

from collections.abc import Iterator

import msgspec

from oblivious.demo.answer import Answer, Finish, ToolCall
from oblivious.demo.dialects.responses.request import ResponseRequest
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Json


class Change(msgspec.Struct, frozen=True):
    """One event within an item: its type and its own members."""

    type: str
    members: Json
    output: bool = False


class Item(msgspec.Struct, frozen=True):
    """An output item: as it is in the end, as it is added, and the changes between."""

    whole: Json
    start: Json
    changes: tuple[Change, ...] = ()


def items_of(asked: ResponseRequest, answer: Answer, mint: Mint) -> list[Item]:
    """Return reasoning, then a message or calls."""
    items = [_reasoning(asked, answer, mint)] if answer.thoughts else []
    if answer.calls:
        return items + [_call(call, mint) for call in answer.calls]
    return [*items, _message(answer, mint)]


def _reasoning(asked: ResponseRequest, answer: Answer, mint: Mint) -> Item:
    summarised = asked.reasoning is not None and asked.reasoning.summary is not None
    start: Json = {"id": mint.owned_id("rs_"), "type": "reasoning", "summary": []}
    if asked.encrypted:
        start["encrypted_content"] = mint.seal()
    if not summarised:
        return Item(start, start)
    return Item({**start, "summary": [_summary(answer.thought)]}, start, tuple(_summary_changes(answer)))


def _summary(text: str) -> Json:
    return {"type": "summary_text", "text": text}


def _summary_changes(answer: Answer) -> Iterator[Change]:
    place = {"summary_index": 0}
    yield Change("response.reasoning_summary_part.added", {**place, "part": _summary("")})
    for word in answer.thoughts:
        yield Change("response.reasoning_summary_text.delta", {**place, "delta": word}, output=True)
    yield Change("response.reasoning_summary_text.done", {**place, "text": answer.thought})
    yield Change("response.reasoning_summary_part.done", {**place, "part": _summary(answer.thought)})


def _message(answer: Answer, mint: Mint) -> Item:
    status = "incomplete" if answer.finish is Finish.LENGTH else "completed"
    frame: Json = {"id": mint.owned_id("msg_"), "type": "message", "role": "assistant"}
    return Item(
        {**frame, "status": status, "content": [_text(answer.text)]},
        {**frame, "status": "in_progress", "content": []},
        tuple(_text_changes(answer)),
    )


def _text(text: str) -> Json:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _text_changes(answer: Answer) -> Iterator[Change]:
    place = {"content_index": 0}
    yield Change("response.content_part.added", {**place, "part": _text("")})
    for word in answer.words:
        yield Change("response.output_text.delta", {**place, "delta": word, "logprobs": []}, output=True)
    yield Change("response.output_text.done", {**place, "text": answer.text, "logprobs": []})
    yield Change("response.content_part.done", {**place, "part": _text(answer.text)})


def _call(call: ToolCall, mint: Mint) -> Item:
    frame = {
        "id": mint.owned_id("fc_"),
        "type": "function_call",
        "call_id": mint.new_id("call_"),
        "name": call.name,
    }
    deltas = [
        Change("response.function_call_arguments.delta", {"delta": piece}, output=True)
        for piece in call.pieces
    ]
    done = {"name": call.name, "arguments": call.arguments}
    return Item(
        {**frame, "arguments": call.arguments, "status": "completed"},
        {**frame, "arguments": "", "status": "in_progress"},
        (*deltas, Change("response.function_call_arguments.done", done)),
    )
