"""An upstream's whole answer, as neutral chat."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Opaque, Part, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.answer import read_answer
from oblivious.adapters.dialects.openai_responses.translate.citations import read_citations
from oblivious.adapters.dialects.openai_responses.translate.logprobs import tokens_in
from oblivious.adapters.dialects.openai_responses.translate.names import flat
from oblivious.adapters.dialects.openai_responses.usage import Response
from oblivious.adapters.lenient import Json, decoded, is_list, part, parts
from oblivious.contracts.errors import Garbled, UpstreamError
from oblivious.contracts.ids import new_id


class Answered(Response):
    """What is read of a response object besides its usage."""

    output: msgspec.Raw = msgspec.Raw(b"null")
    created_at: Any = None
    incomplete_details: Any = None
    service_tier: Any = None


decode_answered = msgspec.json.Decoder(Answered).decode


def read_response(body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
    """Read an answer; what is none comes back as the error that it is."""
    told = read_answer(body)
    if told.error is not None:
        return told.error
    answer = decode_answered(body)
    output = decoded(answer.output)
    if not is_list(output):
        return Garbled("the provider's answer has no output")
    found = tuple(each for item in parts(output) for each in parts_of(item, plan))
    called = any(isinstance(each, ToolCall) for each in found)
    choice = Choice(found, finish_of(answer, called=called), logprobs=_logprobs(output))
    return ChatResponse(
        (choice,),
        told.usage,
        id=text_of(answer.id),
        created=time_of(answer.created_at),
        service_tier=text_of(answer.service_tier),
    )


def finish_of(answer: Answered, *, called: bool) -> Finish:
    """Return why an answer ended; a call that was cut off is cut off."""
    if answer.status != "incomplete":
        return Finish.TOOL_CALLS if called else Finish.STOP
    filtered = part(answer.incomplete_details).get("reason") == "content_filter"
    return Finish.CONTENT_FILTER if filtered else Finish.LENGTH


def parts_of(item: Json, plan: UpstreamPlan) -> Iterator[Part]:
    """Yield the parts of an output item; what only this dialect has stays as it is."""
    kind = text_of(item.get("type")) or "message"
    read = _READERS.get(kind)
    if read is None:
        yield Opaque(origin=OPENAI_RESPONSES, kind=kind, value=item)
    else:
        yield from read(item, plan)


def text_of(value: object) -> str:
    """Return a text, an empty one for what is none."""
    return value if isinstance(value, str) else ""


def time_of(value: object) -> int:
    """Return seconds since 1970, 0 for what is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if 0 < value < float("inf") else 0


def contents_of(item: Json) -> list[Json]:
    """Return the contents of a message; some vendors write a text where one text is all there is."""
    content = item.get("content")
    return [{"type": "output_text", "text": content}] if isinstance(content, str) else parts(content)


def thought_of(item: Json) -> Reasoning:
    """Return the words of a reasoning item: its thoughts, or where those are kept back, a summary."""
    thought = _joined(item.get("content"))
    return Reasoning(text=thought or _joined(item.get("summary")), summary=not thought, state=state_of(item))


def state_of(item: Json) -> State | None:
    """Return the encrypted reasoning of an item."""
    encrypted = text_of(item.get("encrypted_content"))
    return State(OPENAI_RESPONSES, encrypted) if encrypted else None


def call_of(item: Json, plan: UpstreamPlan) -> ToolCall:
    """Read a tool call."""
    custom = item.get("type") == "custom_tool_call"
    name = flat(text_of(item.get("namespace")), text_of(item.get("name")))
    return ToolCall(
        id=text_of(item.get("call_id")) or text_of(item.get("id")) or f"call_{new_id()}",
        name=plan.tool_names.get(name, name),
        arguments=_arguments(item.get("input" if custom else "arguments")),
        custom=custom,
    )


def _arguments(value: Any) -> str:
    """Return arguments as text; some vendors write the object itself."""
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return msgspec.json.encode(value).decode()
    except RecursionError:  # nested so deeply that it could just be read
        return ""


def _message(item: Json, _plan: UpstreamPlan) -> Iterator[Part]:
    for content in contents_of(item):
        if content.get("type") == "refusal":
            if text_of(content.get("refusal")):
                yield Refusal(text=content["refusal"])
        elif text_of(content.get("text")):
            yield Text(text=content["text"], citations=tuple(read_citations(content.get("annotations"))))


def _reasoning(item: Json, _plan: UpstreamPlan) -> Iterator[Part]:
    thought = thought_of(item)
    if thought.text or thought.state is not None:
        yield thought


def _call(item: Json, plan: UpstreamPlan) -> Iterator[Part]:
    yield call_of(item, plan)


_READERS: dict[str, Callable[[Json, UpstreamPlan], Iterator[Part]]] = {
    "message": _message,
    "reasoning": _reasoning,
    "function_call": _call,
    "custom_tool_call": _call,
}


def _joined(value: Any) -> str:
    """Return the words of a list of texts, with blank lines between them."""
    if isinstance(value, str):
        return value
    return "\n\n".join(filter(None, (text_of(each.get("text")) for each in parts(value))))


def _logprobs(output: Any) -> Json | None:
    contents = [content for item in parts(output) for content in contents_of(item)]
    tokens = [token for content in contents for token in tokens_in(content.get("logprobs"))]
    return {"content": tokens, "refusal": None} if tokens else None
