"""A whole answer of Converse as neutral chat."""

from collections.abc import Callable
from typing import Any

from oblivious.adapters.chat.arguments import unwrapped
from oblivious.adapters.chat.parts import Image, Opaque, Part, Reasoning, Source, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.translate.answer_reader import word
from oblivious.adapters.dialects.anthropic.translate.arguments import text_of
from oblivious.adapters.dialects.bedrock.translate.citations import read_citation
from oblivious.adapters.dialects.bedrock.translate.finish import read_finish, read_stopped_by, read_tier
from oblivious.adapters.dialects.bedrock.translate.origins import REDACTED, signature
from oblivious.adapters.dialects.bedrock.translate.usage import counted
from oblivious.adapters.dialects.endpoint import BEDROCK
from oblivious.adapters.dialects.faults import judged, words_of
from oblivious.adapters.lenient import Json, is_list, object_in, part, parts
from oblivious.contracts.errors import Garbled, UpstreamError
from oblivious.contracts.ids import new_id

_HOSTED = "server_tool_use"


def read_response(body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
    """Read an answer; what is none comes back as the error that it is."""
    told = object_in(body)
    if told is None:
        return Garbled("the provider's answer is not a JSON object")
    content = part(part(told.get("output")).get("message")).get("content")
    if not is_list(content):
        words = words_of(told)
        return Garbled("the provider's answer has no content") if words is None else judged(words, body=body)
    try:
        return _read(told, [read_block(block, plan) for block in parts(content)])
    except RecursionError:
        return Garbled("the provider's answer is nested too deeply")


def _read(told: Json, content: list[Part]) -> ChatResponse:
    called = any(isinstance(each, ToolCall) for each in content)
    choice = Choice(
        parts=tuple(content),
        finish=read_finish(told.get("stopReason"), called=called),
        stopped_by=read_stopped_by(told.get("additionalModelResponseFields")),
    )
    return ChatResponse((choice,), usage=counted(part(told.get("usage"))), service_tier=read_tier(told))


def read_block(block: Json, plan: UpstreamPlan) -> Part:
    """Read one block: an object whose name says what it is; what only Bedrock has stays as it is."""
    for name, read in _READERS.items():
        if name in block:
            return read(block[name], plan) or Opaque(origin=BEDROCK, kind=name, value=block)
    return Opaque(origin=BEDROCK, kind=next(iter(block), ""), value=block)


def call_of(told: Json, plan: UpstreamPlan, arguments: str = "") -> ToolCall:
    """Return the call that a block makes, by the names that the client knows."""
    name = word(told, "name")
    return ToolCall(
        id=word(told, "toolUseId") or f"call_{new_id()}",
        name=plan.tool_names.get(name, name),
        arguments=arguments,
        custom=name in plan.custom_tools,
    )


def is_hosted(told: Json) -> bool:
    """Whether the provider runs what is called itself."""
    return word(told, "type") == _HOSTED


def _read_text(value: Any, _plan: UpstreamPlan) -> Part:
    return Text(text=value if isinstance(value, str) else "")


def _read_call(value: Any, plan: UpstreamPlan) -> Part | None:
    told = part(value)
    name, arguments = word(told, "name"), text_of(told.get("input"))
    if is_hosted(told):
        return None
    if plan.schema_tool and name == plan.schema_tool:
        return Text(text=arguments)
    return call_of(told, plan, unwrapped(arguments) if name in plan.custom_tools else arguments)


def _read_thought(value: Any, _plan: UpstreamPlan) -> Part:
    told = part(value)
    redacted = word(told, "redactedContent")
    if redacted:
        return Reasoning(state=State(REDACTED, redacted))
    said = part(told.get("reasoningText"))
    return Reasoning(text=word(said, "text"), state=signature(word(said, "signature")))


def _read_cited(value: Any, _plan: UpstreamPlan) -> Part:
    told = part(value)
    text = "".join(word(each, "text") for each in parts(told.get("content")))
    return Text(text=text, citations=tuple(map(read_citation, parts(told.get("citations")))))


def _read_image(value: Any, _plan: UpstreamPlan) -> Part | None:
    told = part(value)
    data = word(part(told.get("source")), "bytes")
    return image_of(word(told, "format"), data) if data else None


def image_of(kind: str, data: str) -> Image:
    """Return the picture that a model drew."""
    return Image(source=Source(data=data, media_type=f"image/{kind or 'png'}"))


_READERS: dict[str, Callable[[Any, UpstreamPlan], Part | None]] = {
    "text": _read_text,
    "toolUse": _read_call,
    "reasoningContent": _read_thought,
    "citationsContent": _read_cited,
    "image": _read_image,
}
