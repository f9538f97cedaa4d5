"""Neutral chat as a whole answer for a client of chat completions."""

from collections.abc import Iterator

import msgspec

from oblivious.adapters.chat.media import url_of
from oblivious.adapters.chat.parts import Audio, Image, Part, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.dialects.openai_chat.translate.citations import write_citation
from oblivious.adapters.dialects.openai_chat.translate.finish import write_finish
from oblivious.adapters.dialects.openai_chat.translate.messages_writer import signature_of, what_is_called
from oblivious.adapters.dialects.openai_chat.translate.older import CALLED
from oblivious.adapters.dialects.openai_chat.translate.reasoning import write_for_client
from oblivious.adapters.dialects.openai_chat.translate.sayable import TIERS
from oblivious.adapters.dialects.openai_chat.translate.usage_writer import write_usage
from oblivious.adapters.lenient import Json
from oblivious.contracts.usage import NOTHING


def write_response(response: ChatResponse, plan: ClientPlan) -> bytes:
    """Write an answer."""
    answer: Json = {
        "id": f"chatcmpl-{plan.exchange_id}",
        "object": "chat.completion",
        "created": plan.created,
        "model": plan.request.model,
        "choices": [_choice(choice, older=plan.older_calls) for choice in response.choices],
        "usage": write_usage(response.usage or NOTHING),
    }
    if response.service_tier in TIERS:
        answer["service_tier"] = response.service_tier
    return msgspec.json.encode(answer)


def _choice(choice: Choice, *, older: bool) -> Json:
    return {
        "index": choice.index,
        "message": _message(choice.parts, older=older),
        "logprobs": choice.logprobs,
        "finish_reason": write_finish(choice.finish, older=older),
    }


def _message(parts: tuple[Part, ...], *, older: bool) -> Json:
    texts = [each for each in parts if isinstance(each, Text)]
    calls = [each for each in parts if isinstance(each, ToolCall)]
    refusals = [each.text for each in parts if isinstance(each, Refusal)]
    words = "".join(text.text for text in texts)
    message: Json = {
        "role": "assistant",
        "content": words if words or not (calls or refusals) else None,
        "refusal": "".join(refusals) or None,
        **write_for_client(list(_thoughts(parts))),
    }
    citations = [write_citation(citation) for text in texts for citation in text.citations]
    if citations:
        message["annotations"] = citations
    return message | _calls(calls, older=older) | _media(parts)


def _calls(calls: list[ToolCall], *, older: bool) -> Json:
    if not calls:
        return {}
    if older:  # it has room for one
        return {CALLED: {"name": calls[0].name, "arguments": calls[0].arguments or "{}"}}
    return {"tool_calls": [{"id": call.id, **what_is_called(call), **signature_of(call)} for call in calls]}


def _thoughts(parts: tuple[Part, ...]) -> Iterator[Reasoning]:
    """Yield the thoughts; the state of a text, which has no place of its own, is a thought without words."""
    for each in parts:
        if isinstance(each, Reasoning):
            yield each
        elif isinstance(each, Text) and each.state is not None:
            yield Reasoning(state=each.state)


def _media(parts: tuple[Part, ...]) -> Json:
    media: Json = {}
    images = [image_of(each) for each in parts if isinstance(each, Image)]
    if images:
        media["images"] = images
    for each in parts:
        if isinstance(each, Audio):
            media["audio"] = {
                "id": each.id,
                "data": each.source.data,
                "transcript": each.transcript,
                "expires_at": 0,
            }
    return media


def image_of(image: Image) -> Json:
    """Write a picture that a model made, as OpenRouter does: OpenAI has no word for it here."""
    return {"type": "image_url", "image_url": {"url": url_of(image.source, "image/png")}}
