"""An upstream's whole answer, as neutral chat."""

from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Part, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.dialects.gemini.faults import fault_in
from oblivious.adapters.dialects.gemini.translate.called import as_the_client_knows
from oblivious.adapters.dialects.gemini.translate.finish import read_finish, words_on
from oblivious.adapters.dialects.gemini.translate.grounding import read_citations
from oblivious.adapters.dialects.gemini.translate.logprobs import read_logprobs
from oblivious.adapters.dialects.gemini.translate.parts import join, read_part
from oblivious.adapters.dialects.gemini.usage import read_usage
from oblivious.adapters.lenient import Json, decoded, is_list, is_object, part, parts
from oblivious.contracts.errors import Garbled, InvalidRequest, UpstreamError


def read_response(body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
    """Read an answer; what is none comes back as the error that it is."""
    answer = decoded(body)
    fault = fault_in(answer, body)
    if fault is not None:
        return fault
    if not is_object(answer):
        return Garbled("the provider's answer is not a JSON object")
    try:
        choices = [
            _choice(candidate, place, plan) for place, candidate in enumerate(parts(answer.get("candidates")))
        ]
    except (InvalidRequest, RecursionError) as error:
        return Garbled(f"the provider's answer is not what it should be: {error}")
    blocked = blocked_by(answer.get("promptFeedback"))
    if not choices and blocked:
        choices = [Choice((), Finish.CONTENT_FILTER, said=blocked)]
    if not choices:
        return Garbled("the provider's answer has no candidates")
    name = answer.get("responseId")
    return ChatResponse(tuple(choices), read_usage(answer), id=name if isinstance(name, str) else "")


def blocked_by(feedback: Any) -> str:
    """Return why a prompt was not answered at all; empty where it was."""
    reason, message = part(feedback).get("blockReason"), part(feedback).get("blockReasonMessage")
    if not isinstance(reason, str):
        return ""
    return message if isinstance(message, str) and message else reason


def index_of(value: Any, place: int) -> int:
    """Return a candidate's number; the place where it stands if it has none."""
    return value if type(value) is int and value >= 0 else place


def _choice(candidate: Json, place: int, plan: UpstreamPlan) -> Choice:
    pieces = part(candidate.get("content")).get("parts")
    found: list[Part] = []
    for at, piece in enumerate(pieces if is_list(pieces) else []):
        value = read_part(piece, f"parts[{at}]")
        if value is not None:
            join(found, as_the_client_knows(value, plan) if isinstance(value, ToolCall) else value)
    tokens = read_logprobs(candidate.get("logprobsResult"))
    reason = candidate.get("finishReason")
    return Choice(
        tuple(_cited(found, candidate)),
        read_finish(reason, called=any(isinstance(value, ToolCall) for value in found)),
        index_of(candidate.get("index"), place),
        logprobs={"content": tokens, "refusal": None} if tokens else None,
        said=words_on(reason, candidate.get("finishMessage")),
    )


def _cited(found: list[Part], candidate: Json) -> list[Part]:
    """Return the parts with what the last text rests on."""
    place = next((at for at in reversed(range(len(found))) if isinstance(found[at], Text)), None)
    if place is None:
        return found
    last = found[place]
    citations = tuple(read_citations(candidate, last.text)) if isinstance(last, Text) else ()
    if citations:
        found[place] = msgspec.structs.replace(last, citations=citations)
    return found
