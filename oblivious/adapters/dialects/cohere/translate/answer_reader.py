"""A whole answer of an upstream as neutral chat."""

from collections.abc import Iterator
from typing import Any

from oblivious.adapters.chat.parts import Citation, Part, Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.dialects.cohere.faults import fault_in
from oblivious.adapters.dialects.cohere.translate.calls import call_of, is_answer
from oblivious.adapters.dialects.cohere.translate.citations import read_citation
from oblivious.adapters.dialects.cohere.translate.finish import failure, read_finish
from oblivious.adapters.dialects.cohere.translate.logprobs import read_items
from oblivious.adapters.dialects.cohere.translate.reading import arguments_in, unwrapped, word
from oblivious.adapters.dialects.cohere.usage import counted
from oblivious.adapters.lenient import Json, is_list, is_object, object_in, part, parts
from oblivious.contracts.errors import Garbled, UpstreamError


def read_response(body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
    """Read an answer; what is none comes back as the error that it is."""
    answer = object_in(body)
    if answer is None:
        return Garbled("the provider's answer is not a JSON object")
    message = answer.get("message")
    if not is_object(message):
        return fault_in(answer, body) or Garbled("the provider's answer has no message")
    reason = word(answer, "finish_reason").upper()
    failed = failure(reason, word(answer, "error"))
    if failed is not None:
        return failed
    try:
        said = tuple(_parts(message, plan))
    except RecursionError:
        return Garbled("the provider's answer is nested too deeply")
    called = any(isinstance(each, ToolCall) for each in said)
    choice = Choice(said, read_finish(reason, called=called), logprobs=read_items(answer.get("logprobs")))
    return ChatResponse((choice,), counted(answer.get("usage")), id=word(answer, "id"))


def _parts(message: Json, plan: UpstreamPlan) -> Iterator[Part]:
    if word(message, "tool_plan"):
        yield Reasoning(text=word(message, "tool_plan"))
    yield from _content(message)
    for call in parts(message.get("tool_calls")):
        yield _call(call, plan)


def _content(message: Json) -> Iterator[Part]:
    content = message.get("content")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    blocks: list[Any] = content if is_list(content) else []
    cited = _citations(message, blocks)
    for place, block in enumerate(blocks):
        kind = word(part(block), "type")
        if kind == "thinking":
            yield Reasoning(text=word(block, "thinking"))
        elif kind == "text":
            yield Text(text=word(block, "text"), citations=tuple(cited.get(place, ())))


def _citations(message: Json, blocks: list[Any]) -> dict[int, list[Citation]]:
    """Return citations by the place of the text that they are of; older ones name no place."""
    first = next((at for at, block in enumerate(blocks) if word(part(block), "type") == "text"), 0)
    found: dict[int, list[Citation]] = {}
    for citation in parts(message.get("citations")):
        place = citation.get("content_index")
        found.setdefault(place if type(place) is int else first, []).extend(read_citation(citation))
    return found


def _call(call: Json, plan: UpstreamPlan) -> Part:
    arguments = arguments_in(part(call.get("function")))
    if is_answer(call, plan):
        return Text(text=arguments)
    made = call_of(call, plan)
    return call_of(call | {"id": made.id}, plan, unwrapped(arguments) if made.custom else arguments)
