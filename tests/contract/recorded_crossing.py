"""Recordings brought down to a client of each dialect, and what of them its dialect has no words for."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import cycle
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Audio, Image, Opaque, Part, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from oblivious.contracts.errors import UpstreamError
from tests.contract.recorded import Recording
from tests.contract.recorded_answers import SHOWN, Found, counts
from tests.contract.translation.cells import heard_by
from tests.contract.translation.features import ask
from tests.contract.translation.folding import folded

_CHUNKS = (1, 3, 17, 251, 4093)

UNSAID: dict[tuple[str, str], str] = {
    ("openai_responses", "sounds"): "the Responses API answers no sounds; who asks for them is refused",
    ("openai_responses", "spoken"): "the Responses API answers no sounds; who asks for them is refused",
    ("anthropic", "sounds"): "Messages know no sounds; their words are said as text",
    ("gemini", "spoken"): "Gemini's sounds come without their words",
    ("gemini", "usage.cache_written"): "Gemini does not count what is written to a cache",
    ("openai_chat", "usage.searches"): "chat completions do not count searches",
    ("gemini", "usage.searches"): "Gemini names the queries of a search instead of counting them",
    ("anthropic", "usage.audio_in"): "Messages know no sounds",
    ("anthropic", "usage.audio_out"): "Messages know no sounds",
    ("openai_responses", "usage.audio_in"): "the Responses API counts no sounds",
    ("openai_responses", "usage.audio_out"): "the Responses API counts no sounds",
}
"""By client and member: what is not compared, since the client's dialect has no words for it."""

FOREIGN = {
    "own": "what a provider did itself, or only its dialect has, is told to clients of this dialect only",
    "pictures": "OpenAI's come from a hosted tool, for which clients of other dialects cannot ask",
}
"""By member: what is not compared where the client's dialect is not that of the recording."""

SPOKEN_AS_TEXT = frozenset({"anthropic"})
"""Clients that get the words of a sound as text."""


def brought_down(recording: Recording, client: str) -> ChatResponse | UpstreamError:
    """Return what a client of a dialect understands of a recording."""
    plan = _plan(client, streamed=recording.streamed)
    if recording.streamed:
        return _streamed(recording, client, plan)
    read = UPSTREAMS[recording.dialect].read_response(recording.body, UpstreamPlan())
    if isinstance(read, UpstreamError):
        return read
    told = CLIENTS[client].write_response(read, plan)
    return UPSTREAMS[client].read_response(told, UpstreamPlan())


def _plan(client: str, *, streamed: bool) -> ClientPlan:
    request = msgspec.structs.replace(ask(stream=streamed), origin=client)
    return ClientPlan(request, wants_usage=True, wants_state=True, exchange_id="x1", created=5)


def _streamed(recording: Recording, client: str, plan: ClientPlan) -> ChatResponse | UpstreamError:
    decoder, encoder = UPSTREAMS[recording.dialect].decoder(UpstreamPlan()), CLIENTS[client].encoder(plan)
    translator = Translator(decoder, encoder)
    down = b"".join(translator.feed(chunk) for chunk in _cut(recording.body)) + translator.finish()
    if translator.error is not None:
        return translator.error
    assert translator.ended, "the stream has no end"
    return folded(heard_by(client, down))


def _cut(body: bytes) -> Iterator[bytes]:
    at = 0
    for size in cycle(_CHUNKS):
        if at >= len(body):
            return
        yield body[at : at + size]
        at += size


def found_in(answer: ChatResponse) -> Found:
    """Say a client's answer as `recorded_answers` says a recording."""
    (choice,) = answer.choices
    found = Found(finish=choice.finish.value)
    for part in choice.parts:
        _add(found, part)
    if answer.usage is not None:
        usage = answer.usage
        found.usage = counts(
            input=usage.input_tokens,
            output=usage.output_tokens,
            cache_read=usage.cache_read_tokens,
            cache_written=usage.cache_write_tokens + usage.cache_write_1h_tokens,
            reasoning=usage.reasoning_tokens,
            audio_in=usage.audio_input_tokens,
            audio_out=usage.audio_output_tokens,
            searches=usage.searches,
        )
    return found


def _add(found: Found, part: Part) -> None:
    match part:
        case Text():
            found.text += part.text
            found.cite(*(citation.url for citation in part.citations))
        case Refusal():
            found.text += part.text
        case Reasoning():
            found.thoughts += part.text
        case ToolCall():
            free = {"input": part.arguments}
            found.calls.append((part.name, free if part.custom else json.loads(part.arguments or "{}")))
        case Image():
            found.pictures.append(part.source.data[:SHOWN])
        case Audio():
            found.sounds.append(part.source.data[:SHOWN])
            found.spoken += part.transcript
        case Opaque():
            found.own.append(part.kind)
            if part.kind == "image_generation_call":
                found.pictures.append(part.value["result"][:SHOWN])
        case _:
            raise AssertionError(f"nobody answers a {type(part).__name__}")


def differences(recorded: Found, got: Found, upstream: str, client: str) -> dict[str, tuple[Any, Any]]:
    """Return what a client did not get as it was recorded, though its dialect has words for it."""
    want, have = members_of(recorded), members_of(got)
    if client in SPOKEN_AS_TEXT:
        want["text"] += want.pop("spoken")
        have.pop("spoken")
    return {
        name: (want.get(name), have.get(name))
        for name in want.keys() | have.keys()
        if want.get(name) != have.get(name)
        and (client, name) not in UNSAID
        and (client == upstream or name not in FOREIGN)
    }


def members_of(found: Found) -> dict[str, Any]:
    """Return what was found, usage member by member."""
    told = asdict(found)
    usage = told.pop("usage")
    return told | {f"usage.{name}": count for name, count in usage.items()}
