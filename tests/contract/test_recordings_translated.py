"""Recordings of real providers, crossing to every dialect: what their makers' clients got, ours get too.

An answer is read by the face of its dialect, written for a client of each, and read again as that client
would; what it says then is what an independent reader finds in the recording. Requests go the other way.
"""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from oblivious.adapters.dialects.endpoint import OPENAI_CHAT, Kind
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.registry import CLIENTS, ENDPOINTS, FACES, UPSTREAMS
from oblivious.contracts.errors import InvalidRequest, UpstreamError
from tests.contract.recorded import FOLDER, WAITING, Asked, Recording, recordings, requests
from tests.contract.recorded_answers import Found, chat, contents, responses
from tests.contract.recorded_bedrock import converse
from tests.contract.recorded_cohere import cohere
from tests.contract.recorded_crossing import (
    FOREIGN,
    UNSAID,
    brought_down,
    differences,
    found_in,
    members_of,
)
from tests.contract.recorded_gemini import gemini
from tests.contract.recorded_messages import messages
from tests.contract.translation.cells import target
from tests.contract.translation.peers.table import PEERS

_AT_HAND = FOLDER.is_dir()
_RECORDINGS = list(recordings()) if _AT_HAND else []
_REQUESTS = list(requests()) if _AT_HAND else []
_READERS = {
    "openai_chat": chat,
    "openai_responses": responses,
    "anthropic": messages,
    "bedrock": converse,
    "gemini": gemini,
    "cohere": cohere,
}

UNREADABLE = {
    "chat-bad-request": "max_tokens",
    "chat-no-messages": "messages",
}
"""By recording: the field for which we refuse a request ourselves; the provider refused it as well."""

REFUSED = {
    ("chat-audio-to-text", "anthropic"): "messages",  # Messages take no sounds
    ("chat-text-to-audio", "anthropic"): "modalities",  # nor answer them
    ("chat-text-to-audio", "openai_responses"): "modalities",  # the Responses API answers none either
    ("chat-audio-to-text", "cohere"): "messages",  # Cohere takes no sounds
    ("chat-text-to-audio", "cohere"): "modalities",  # nor answers them
    ("chat-web-search", "cohere"): "tools",  # its second version searches nothing itself
    ("chat-streaming-web-search", "cohere"): "tools",
    ("chat-multimodal", "ollama"): "messages",  # its picture was not fetched, as the road would have done
    ("chat-text-to-audio", "ollama"): "modalities",
    ("chat-web-search", "ollama"): "tools",
    ("chat-streaming-web-search", "ollama"): "tools",
    ("chat-audio-to-text", "bedrock"): "messages",  # Claude hears nothing
    ("chat-text-to-audio", "bedrock"): "modalities",  # Converse answers no sounds
    ("chat-web-search", "bedrock"): "tools",  # Claude searches nothing itself there
    ("chat-streaming-web-search", "bedrock"): "tools",
    ("chat-multimodal", "bedrock"): "messages",  # its picture was not fetched, as the road would have done
}
"""By recording and dialect: the field of a request that cannot be said there."""

DROPPED = {
    ("chat-parallel-tools", "gemini"): ["parallel_tools"],
    ("chat-parallel-tools", "cohere"): ["parallel_tools"],
    ("chat-parallel-tools", "ollama"): ["parallel_tools"],
    ("chat-text-to-image-tool", "ollama"): ["tool_choice"],
    ("chat-parallel-tools", "bedrock"): ["parallel_tools"],
}
"""By recording and dialect: what is left out, and told in a header."""

pytestmark = pytest.mark.skipif(not _AT_HAND, reason="the recordings of real providers are not at hand")


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("recording", _RECORDINGS, ids=lambda recording: recording.name)
def test_a_client_gets_what_was_recorded(recording: Recording, client: str) -> None:
    """Words, thoughts, calls, sources, why it ended and what it used."""
    answer = brought_down(recording, client)

    if recording.failed:
        assert isinstance(answer, UpstreamError)
        return
    assert not isinstance(answer, UpstreamError), answer
    assert differences(_found(recording), found_in(answer), recording.dialect, client) == {}


@pytest.mark.parametrize("folder", WAITING)
def test_recordings_without_a_face(folder: str) -> None:
    """They wait for their dialect."""
    pytest.skip(WAITING[folder])


def test_nothing_is_excused_without_need() -> None:
    """Every member that is not compared is in a recording."""
    recorded = [members_of(_found(each)) for each in _RECORDINGS if not each.failed]
    excused = {name for _, name in UNSAID} | FOREIGN.keys()

    assert {name for name in excused if not any(each.get(name) for each in recorded)} == set()


@pytest.mark.parametrize("asked", _REQUESTS, ids=lambda asked: asked.name)
def test_a_request_is_read(asked: Asked) -> None:
    """Or refused, where the provider refused it too."""
    refused = asked.name in UNREADABLE
    with pytest.raises(InvalidRequest) if refused else nullcontext() as told:
        CLIENTS[OPENAI_CHAT].read_request(_envelope(asked))

    assert asked.failed or not refused
    assert told is None or told.value.param == UNREADABLE[asked.name]


@pytest.mark.parametrize("dialect", UPSTREAMS)
@pytest.mark.parametrize(
    "asked", [each for each in _REQUESTS if each.name not in UNREADABLE], ids=lambda asked: asked.name
)
def test_a_request_is_said_in_another_dialect(asked: Asked, dialect: str) -> None:
    """With every word and every medium, or it is refused and the field is named."""
    request, _ = CLIENTS[OPENAI_CHAT].read_request(_envelope(asked))
    if (asked.name, dialect) in REFUSED:
        with pytest.raises(InvalidRequest) as told:
            UPSTREAMS[dialect].write_request(request, target(dialect))
        assert told.value.param == REFUSED[asked.name, dialect]
        return
    out = UPSTREAMS[dialect].write_request(request, target(dialect))
    assert out.plan.dropped == DROPPED.get((asked.name, dialect), [])
    written = list(_texts(json.loads(out.body)))
    assert [
        word for word in _words(json.loads(asked.body)) if not any(word in text for text in written)
    ] == []
    PEERS[dialect].read_request(out, request)


def _found(recording: Recording) -> Found:
    return _READERS[recording.dialect](recording.told)


def _envelope(asked: Asked) -> Envelope:
    endpoint = next(one for one in ENDPOINTS if one.kind is Kind.CHAT and one.dialect == OPENAI_CHAT)
    return FACES[OPENAI_CHAT].envelope(endpoint, asked.body)


def _words(body: dict[str, Any]) -> Iterator[str]:
    """Yield what a request says: words, media, and the names and purposes of tools."""
    for message in body["messages"]:
        for part in contents(message):
            yield part.get("text", "")
            yield part.get("image_url", {}).get("url", "").partition("base64,")[2]
            yield part.get("input_audio", {}).get("data", "")
        yield from (call["function"]["name"] for call in message.get("tool_calls") or ())
    for tool in body.get("tools", ()):
        yield tool["function"]["name"]
        yield tool["function"].get("description", "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
