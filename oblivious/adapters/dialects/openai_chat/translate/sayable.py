"""What other dialects say otherwise than chat completions do: service tiers, and the wish to hear something.

From openai 3.52 for Python, read 2026-11-27.
"""

import msgspec

from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.lenient import Json, part

TIERS = frozenset({"auto", "default", "flex", "scale", "priority", "fast"})
_TIERS = {"standard": "default", "ultrafast": "fast"}

_AUDIO = "audio"
_VOICE = "alloy"
"""Somebody must be named."""


def sayable(request: ChatRequest) -> tuple[ChatRequest, list[str]]:
    """Return a request of another dialect as chat can say it, and the names of what is left out."""
    if request.origin == OPENAI_CHAT:
        return request, []
    changes: Json = {}
    dropped: list[str] = []
    if request.service_tier and request.service_tier not in TIERS:
        changes["service_tier"] = _TIERS.get(request.service_tier, "")
        dropped += [] if changes["service_tier"] else ["service_tier"]
    if _AUDIO in request.modalities:
        changes["modalities"] = ("text", *(each for each in request.modalities if each != "text"))
        changes["voice"] = _spoken(request)
    elif request.voice is not None:
        changes["voice"] = None
        dropped.append("voice")
    return (msgspec.structs.replace(request, **changes) if changes else request), dropped


def _spoken(request: ChatRequest) -> Json:
    """Return who speaks, and in which format: streams have only one."""
    name = part(request.voice).get("voice")
    return {
        "voice": name if isinstance(name, str) else _VOICE,
        "format": "pcm16" if request.stream else "wav",
    }
