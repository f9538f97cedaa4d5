"""The configuration of a generation: sampling, format, thinking, voice."""

from collections.abc import Callable
from typing import Any

from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.translate.models import thinking_of
from oblivious.adapters.lenient import Json, part

_SEEDS = 2**31
"""Seeds are 32-bit here; a larger one of the client's always becomes the same smaller one."""

_SIMPLE: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "temperature": ("temperature", lambda value: value),
    "top_p": ("topP", lambda value: value),
    "top_k": ("topK", lambda value: value),
    "max_output_tokens": ("maxOutputTokens", lambda value: value),
    "presence_penalty": ("presencePenalty", lambda value: value),
    "frequency_penalty": ("frequencyPenalty", lambda value: value),
    "seed": ("seed", lambda value: value % _SEEDS),
}


def write_config(request: ChatRequest, model: str, dropped: list[str]) -> Json:
    """Return `generationConfig`; what this model does not know is added to `dropped`."""
    config: Json = {
        name: write(value)
        for neutral, (name, write) in _SIMPLE.items()
        if (value := getattr(request, neutral)) is not None
    }
    if request.n > 1:
        config["candidateCount"] = request.n
    if request.stop:
        config["stopSequences"] = list(request.stop)
    if request.modalities:
        config["responseModalities"] = [modality.upper() for modality in request.modalities]
    config |= _format(request) | _logprobs(request) | _voice(request)
    if request.thinking is not None:
        thinking = thinking_of(request.thinking, model)
        if thinking is None:
            dropped.append("thinking")
        elif thinking:
            config["thinkingConfig"] = thinking
    return config


def _format(request: ChatRequest) -> Json:
    if request.format is None:
        return {}
    as_json: Json = {"responseMimeType": "application/json"}
    schema = request.format.schema
    return as_json if schema is None else as_json | {"responseJsonSchema": schema}


def _logprobs(request: ChatRequest) -> Json:
    if request.logprobs is None:
        return {}
    alternatives: Json = {"logprobs": request.logprobs} if request.logprobs else {}
    return {"responseLogprobs": True} | alternatives


def _voice(request: ChatRequest) -> Json:
    speech = part(request.voice).get(GEMINI)
    if speech is not None:
        return {"speechConfig": speech}
    name = part(request.voice).get("voice")
    if not isinstance(name, str):
        return {}
    return {"speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": name}}}}
