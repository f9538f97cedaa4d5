"""What chat completions have other words for than the dialect that a request came in."""

from typing import Any

import pytest

from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.openai_chat.translate.sayable import sayable


def said(origin: str = "gemini", **members: Any) -> tuple[ChatRequest, list[str]]:
    return sayable(ChatRequest(origin=origin, model="m", turns=(), **members))


@pytest.mark.parametrize(
    ("tier", "written", "dropped"),
    [
        ("flex", "flex", []),
        ("standard", "default", []),
        ("ultrafast", "fast", []),
        ("batch", "", ["service_tier"]),
        ("", "", []),
    ],
)
def test_tiers_are_chats_own(tier: str, written: str, dropped: list[str]) -> None:
    """Another one would have the whole request refused."""
    request, told = said(service_tier=tier)

    assert (request.service_tier, told) == (written, dropped)


def test_a_client_of_chat_says_what_its_vendor_knows() -> None:
    """Groq has tiers of its own."""
    request, told = said("openai_chat", service_tier="on_demand", voice={"voice": "x"})

    assert (request.service_tier, request.voice, told) == ("on_demand", {"voice": "x"}, [])


@pytest.mark.parametrize(
    ("voice", "stream", "written"),
    [
        ({"voice": "Kore"}, False, {"voice": "Kore", "format": "wav"}),
        ({"voice": "Kore"}, True, {"voice": "Kore", "format": "pcm16"}),
        ({"gemini": {"multiSpeakerVoiceConfig": {}}}, False, {"voice": "alloy", "format": "wav"}),
        (None, False, {"voice": "alloy", "format": "wav"}),
    ],
    ids=["a voice", "streamed", "several", "nobody"],
)
def test_who_speaks_has_a_format(voice: Any, *, stream: bool, written: dict[str, str]) -> None:
    """OpenAI asks for both, and for words beside the sound."""
    request, told = said(modalities=("audio",), voice=voice, stream=stream)

    assert (request.modalities, request.voice, told) == (("text", "audio"), written, [])


def test_a_voice_without_sound_is_left_out() -> None:
    """Nobody would hear it."""
    request, told = said(voice={"gemini": {"languageCode": "de"}})

    assert (request.voice, told) == (None, ["voice"])
