"""The configuration of a generation, as a client gives it."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.adapters.chat.request import Format, Thinking
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.fields import flag, integer, members, number, text, texts, wrong
from oblivious.adapters.dialects.gemini.translate.enums import MODALITIES, named
from oblivious.adapters.dialects.gemini.translate.names import camel, get, listed
from oblivious.adapters.dialects.gemini.translate.schemas import json_schema
from oblivious.adapters.dialects.nested import unread
from oblivious.adapters.lenient import Json, is_list, part, parts

CONFIG = "generationConfig"
_JSON = "application/json"
_ENUM = "text/x.enum"
_ALSO_JSON = frozenset({_JSON, "application_json"})
_UNSPECIFIED = "thinking_level_unspecified"
_NO_MODALITY = "modality_unspecified"

_SIMPLE: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "temperature": ("temperature", number),
    "topP": ("top_p", number),
    "topK": ("top_k", integer),
    "presencePenalty": ("presence_penalty", number),
    "frequencyPenalty": ("frequency_penalty", number),
    "seed": ("seed", integer),
    "stopSequences": ("stop", texts),
}
"""Members of the configuration that are in neutral chat by another name."""


_KNOWN = frozenset(
    {*_SIMPLE, "maxOutputTokens", "candidateCount", "responseModalities", "responseLogprobs", "logprobs"}
    | {"speechConfig", "responseMimeType", "responseSchema", "responseJsonSchema", "responseFormat"}
    | {"thinkingConfig"}
)


def unread_config(config: Json) -> dict[str, msgspec.Raw]:
    """Return the members of the configuration that only Gemini has, by their path."""
    return unread(CONFIG, {camel(name): value for name, value in config.items()}, _KNOWN)


def read_config(config: Json) -> Json:
    """Return the members of a request that its configuration gives.

    Raises:
        InvalidRequest: names the member that is wrong.
    """
    found: Json = {}
    for name, (neutral, read) in _SIMPLE.items():
        value = get(config, name)
        if value is not None:
            found[neutral] = read(value, f"{CONFIG}.{name}")
    said = get(config, "responseModalities")
    known = [named(each, MODALITIES) for each in said] if is_list(said) else said
    modalities = [modality.lower() for modality in texts(known, f"{CONFIG}.responseModalities")]
    return found | {
        "modalities": tuple(modality for modality in modalities if modality != _NO_MODALITY),
        "logprobs": _logprobs(config),
        "voice": _voice(get(config, "speechConfig")),
        "format": _format(config),
        "thinking": _thinking(get(config, "thinkingConfig")),
    }


def _logprobs(config: Json) -> int | None:
    if not flag(get(config, "responseLogprobs"), f"{CONFIG}.responseLogprobs"):
        return None
    return integer(config.get("logprobs"), f"{CONFIG}.logprobs") or 0


def _voice(value: Any) -> Json | None:
    """Read who should speak, as chat completions says it; several speakers stay Gemini's own."""
    speech = members(value, f"{CONFIG}.speechConfig")
    prebuilt = part(get(part(get(speech, "voiceConfig")), "prebuiltVoiceConfig"))
    voice = get(prebuilt, "voiceName") or part(get(speech, "voiceConfig")).get("voice")
    if isinstance(voice, str):
        return {"voice": voice}
    return {GEMINI: speech} if speech else None


def _format(config: Json) -> Format | None:
    kind = text(get(config, "responseMimeType"), f"{CONFIG}.responseMimeType")
    if kind == _ENUM:
        raise wrong(f"{CONFIG}.responseMimeType", f"{_JSON} or text/plain: only Gemini answers with {_ENUM}")
    if kind == _JSON:
        plain, google = get(config, "responseJsonSchema"), get(config, "responseSchema")
        schema = members(plain, f"{CONFIG}.responseJsonSchema") or json_schema(
            members(google, f"{CONFIG}.responseSchema")
        )
        return Format("json_schema", schema) if schema else Format("json_object")
    for wanted in parts(listed(get(config, "responseFormat"), f"{CONFIG}.responseFormat")):
        words = part(wanted.get("text"))
        if str(get(words, "mimeType")).lower() in _ALSO_JSON:
            schema = members(words.get("schema"), f"{CONFIG}.responseFormat.text.schema")
            return Format("json_schema", schema) if schema else Format("json_object")
    return None


def _thinking(value: Any) -> Thinking | None:
    if value is None:
        return None
    name = f"{CONFIG}.thinkingConfig"
    config = members(value, name)
    shown = flag(get(config, "includeThoughts"), f"{name}.includeThoughts")
    level = text(get(config, "thinkingLevel"), f"{name}.thinkingLevel").lower()
    return Thinking(
        effort="" if level == _UNSPECIFIED else level,
        budget=integer(get(config, "thinkingBudget"), f"{name}.thinkingBudget"),
        shown={True: "auto", False: "omitted", None: ""}[shown],
    )
