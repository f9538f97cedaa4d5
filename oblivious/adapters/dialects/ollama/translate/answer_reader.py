"""A whole answer of an upstream as neutral chat."""

from collections.abc import Iterator

from oblivious.adapters.chat.parts import Image, Part, Reasoning, Source, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.dialects.ollama.translate.calls import read_calls, word
from oblivious.adapters.dialects.ollama.translate.logprobs import read_logprobs
from oblivious.adapters.dialects.ollama.translate.usage import read_usage
from oblivious.adapters.lenient import Json, is_list, is_object, object_in
from oblivious.contracts.errors import Garbled, UpstreamError


def read_response(body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
    """Read an answer; what is none comes back as the error that it is."""
    answer = object_in(body)
    if answer is None:
        return Garbled("the provider's answer is not a JSON object")
    if answer.get("error"):
        return judged(words_of(answer) or Words(), body=body)
    message = answer.get("message")
    if not is_object(message):
        return Garbled("the provider's answer has no message")
    try:
        found = tuple(_parts(message, plan))
    except RecursionError:
        return Garbled("the provider's answer is nested too deeply")
    called = any(isinstance(each, ToolCall) for each in found)
    probs = read_logprobs(answer.get("logprobs"))
    choice = Choice(
        found,
        read_finish(answer.get("done_reason"), called=called),
        logprobs={"content": probs, "refusal": None} if probs else None,
    )
    return ChatResponse((choice,), read_usage(answer))


def read_finish(reason: object, *, called: bool) -> Finish:
    """Return why an answer ended; an unknown word is a stop, and with tool calls nothing else is one."""
    if reason == "length":
        return Finish.LENGTH
    return Finish.TOOL_CALLS if called else Finish.STOP


def images_in(message: Json) -> Iterator[Image]:
    """Yield the pictures that a model drew."""
    images = message.get("images")
    for data in images if is_list(images) else ():
        if isinstance(data, str) and data:
            yield Image(source=Source(data=data, media_type="image/png"))


def _parts(message: Json, plan: UpstreamPlan) -> Iterator[Part]:
    thoughts, words = word(message, "thinking"), word(message, "content")
    if thoughts:
        yield Reasoning(text=thoughts)
    if words:
        yield Text(text=words)
    yield from images_in(message)
    yield from read_calls(message, plan)
