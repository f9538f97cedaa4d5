"""An upstream's whole answer, as neutral chat."""

from collections.abc import Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.media import source_of
from oblivious.adapters.chat.parts import Audio, Citation, Image, Part, Refusal, Source, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.openai_chat.faults import fault_in
from oblivious.adapters.dialects.openai_chat.translate.citations import read_citations, read_sources, uncited
from oblivious.adapters.dialects.openai_chat.translate.finish import read_finish
from oblivious.adapters.dialects.openai_chat.translate.inline import parted
from oblivious.adapters.dialects.openai_chat.translate.messages_reader import GOOGLE
from oblivious.adapters.dialects.openai_chat.translate.reasoning import read_from_upstream
from oblivious.adapters.dialects.openai_chat.usage import read_usage
from oblivious.adapters.lenient import Json, is_list, is_object, object_in, part, parts
from oblivious.contracts.errors import Garbled, UpstreamError
from oblivious.contracts.ids import new_id


def read_response(body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
    """Read an answer; what is none comes back as the error that it is."""
    answer = object_in(body)
    if answer is None:
        return Garbled("the provider's answer is not a JSON object")
    fault = fault_in(answer, body)
    if fault is not None:
        return fault
    choices = parts(answer.get("choices"))
    if not choices:
        return Garbled("the provider's answer has no choices")
    sources = read_sources(answer)
    return ChatResponse(
        tuple(_choice(choice, place, sources, plan) for place, choice in enumerate(choices)),
        read_usage(answer),
        id=text_of(answer.get("id")),
        created=created if isinstance(created := answer.get("created"), int) else 0,
        service_tier=text_of(answer.get("service_tier")),
    )


def text_of(value: object) -> str:
    """Return a text, an empty one for what is none."""
    return value if isinstance(value, str) else ""


def _choice(choice: Json, place: int, sources: list[Citation], plan: UpstreamPlan) -> Choice:
    message = part(choice.get("message"))
    message = parted(message, plan.inline_thoughts) if plan.inline_thoughts else message
    found = (*read_from_upstream(message), *_content(message, sources), *_media(message), *_calls(message))
    called = any(isinstance(each, ToolCall) for each in found)
    index = choice.get("index")
    return Choice(
        found,
        read_finish(choice.get("finish_reason"), called=called),
        index if isinstance(index, int) else place,
        logprobs=choice.get("logprobs"),
    )


def _content(message: Json, sources: list[Citation]) -> Iterator[Part]:
    words = words_in(message.get("content"))
    if words:
        cited = list(read_citations(message))
        yield Text(text=words, citations=(*cited, *uncited(sources, cited)))
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        yield Refusal(text=refusal)


def words_in(content: Any) -> str:
    """Return the words of content, which Mistral writes as a list of chunks."""
    if is_list(content):
        return "".join(text_of(each.get("text")) for each in parts(content) if each.get("type") == "text")
    return text_of(content)


def _media(message: Json) -> Iterator[Part]:
    audio = audio_in(message)
    if audio:
        source = Source(data=text_of(audio.get("data")))
        yield Audio(source=source, transcript=text_of(audio.get("transcript")), id=text_of(audio.get("id")))
    yield from images_in(message)


def audio_in(message: Json) -> Json:
    """Return the sound of a message or a delta, nothing where all of it is empty, as at Snowflake."""
    audio = part(message.get("audio"))
    return audio if any(audio.values()) else {}


def images_in(message: Json) -> Iterator[Part]:
    """Yield the pictures of a message or a delta, as OpenRouter writes them."""
    for image in parts(message.get("images")):
        url = text_of(part(image.get("image_url")).get("url"))
        if url:
            yield Image(source=source_of(url))


def _calls(message: Json) -> Iterator[ToolCall]:
    for call in calls_in(message):
        yield call_of(call)


def calls_in(message: Json) -> list[Json]:
    """Return the calls of a message or a delta; one of old is the only one."""
    calls = parts(message.get("tool_calls"))
    if calls:
        return calls
    called = part(message.get("function_call"))
    return [{"index": 0, "function": called}] if any(called.values()) else []


def call_of(call: Json) -> ToolCall:
    """Read a call, or the first piece of one."""
    called, custom = called_in(call)
    signature = signature_in(call)
    return ToolCall(
        id=text_of(call.get("id")) or f"call_{new_id()}",
        name=text_of(called.get("name")),
        arguments=arguments_in(called.get("input" if custom else "arguments")),
        custom=custom,
        state=State(GOOGLE, signature) if signature else None,
    )


def called_in(call: Json) -> tuple[Json, bool]:
    """Return what a call says, and whether it is of a custom tool; Snowflake has an empty one beside each."""
    function, custom = call.get("function"), call.get("custom")
    is_custom = is_object(custom) and not is_object(function)
    return part(custom if is_custom else function), is_custom


def arguments_in(value: Any) -> str:
    """Return arguments as JSON text; some vendors write the object itself."""
    if value is None or isinstance(value, str):
        return value or ""
    return msgspec.json.encode(value).decode()


def signature_in(call: Json) -> str:
    """Return the signature that Google puts on a call, empty where there is none."""
    return text_of(part(part(call.get("extra_content")).get("google")).get("thought_signature"))
