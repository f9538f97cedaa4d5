"""A whole answer of an upstream as neutral chat."""

from collections.abc import Callable

from oblivious.adapters.chat.arguments import unwrapped
from oblivious.adapters.chat.parts import Opaque, Part, Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.translate.arguments import text_of
from oblivious.adapters.dialects.anthropic.translate.citations import read_citations
from oblivious.adapters.dialects.anthropic.translate.finish import read_explanation, read_finish
from oblivious.adapters.dialects.anthropic.translate.origins import REDACTED
from oblivious.adapters.dialects.anthropic.translate.tiers import read_served
from oblivious.adapters.dialects.anthropic.usage import counted
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.lenient import Json, is_list, object_in, part, parts
from oblivious.contracts.errors import Garbled, UpstreamError
from oblivious.contracts.ids import new_id


def read_response(body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
    """Read an answer; what is none comes back as the error that it is."""
    message = object_in(body)
    if message is None:
        return Garbled("the provider's answer is not a JSON object")
    if message.get("error") or message.get("type") == "error":
        return judged(words_of(message) or Words(), body=body)
    content = message.get("content")
    if not is_list(content):
        return Garbled("the provider's answer has no content")
    try:
        return _read(message, [read_block(block, plan) for block in parts(content)])
    except RecursionError:
        return Garbled("the provider's answer is nested too deeply")


def _read(message: Json, content: list[Part]) -> ChatResponse:
    called = any(isinstance(each, ToolCall) for each in content)
    usage = part(message.get("usage"))
    choice = Choice(
        parts=tuple(content),
        finish=read_finish(message.get("stop_reason"), called=called),
        stopped_by=word(message, "stop_sequence"),
        said=read_explanation(message.get("stop_details")),
    )
    return ChatResponse(
        choices=(choice,),
        usage=counted(usage),
        id=word(message, "id"),
        service_tier=read_served(usage.get("service_tier")),
    )


def read_block(block: Json, plan: UpstreamPlan) -> Part:
    """Read one block of an answer; what only Anthropic has stays as it is."""
    return _READERS.get(word(block, "type"), _read_opaque)(block, plan)


def word(value: Json, name: str) -> str:
    """Return a text of a provider's, empty where it wrote none."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _read_text(block: Json, _plan: UpstreamPlan) -> Part:
    return Text(text=word(block, "text"), citations=tuple(read_citations(block.get("citations"))))


def _read_thinking(block: Json, _plan: UpstreamPlan) -> Part:
    signature = word(block, "signature")
    return Reasoning(text=word(block, "thinking"), state=State(ANTHROPIC, signature) if signature else None)


def _read_redacted(block: Json, _plan: UpstreamPlan) -> Part:
    return Reasoning(state=State(REDACTED, word(block, "data")))


def _read_call(block: Json, plan: UpstreamPlan) -> Part:
    name = word(block, "name")
    arguments = text_of(block.get("input"))
    if plan.schema_tool and name == plan.schema_tool:
        return Text(text=arguments)
    return call_of(block, plan, unwrapped(arguments) if name in plan.custom_tools else arguments)


def call_of(block: Json, plan: UpstreamPlan, arguments: str = "") -> ToolCall:
    """Return the call that a block makes, by the names that the client knows."""
    name = word(block, "name")
    return ToolCall(
        id=word(block, "id") or f"call_{new_id()}",
        name=plan.tool_names.get(name, name),
        arguments=arguments,
        custom=name in plan.custom_tools,
    )


def _read_opaque(block: Json, _plan: UpstreamPlan) -> Part:
    return Opaque(origin=ANTHROPIC, kind=word(block, "type"), value=block)


_READERS: dict[str, Callable[[Json, UpstreamPlan], Part]] = {
    "text": _read_text,
    "thinking": _read_thinking,
    "redacted_thinking": _read_redacted,
    "tool_use": _read_call,
}
