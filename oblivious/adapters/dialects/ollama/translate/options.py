"""How an answer should come: sampling, form and thinking, in Ollama's words.

Source: https://docs.ollama.com/api/chat and the types of its server, read 2026-11-27.
"""

from typing import Any

from oblivious.adapters.chat.effort import effort_of
from oblivious.adapters.chat.request import ChatRequest, Format, Thinking
from oblivious.adapters.lenient import Json, is_object

_NAMES = {
    "max_output_tokens": "num_predict",
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "seed": "seed",
    "stop": "stop",
}
"""Members of neutral chat by their name among Ollama's options."""

_LEVELS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "high", "max": "max"}
"""Efforts to levels of thought; `max` is for new servers only, so nothing else becomes it."""

_DEFAULT_LEVEL = "medium"


def write_options(request: ChatRequest) -> Json:
    """Return `options`; what the client did not say stays as the model's maker set it."""
    given = {name: getattr(request, neutral) for neutral, name in _NAMES.items()}
    return {name: value for name, value in given.items() if value not in (None, ())}


def write_format(wanted: Format) -> Any:
    """Return `format`: a schema, or the word that asks for any JSON."""
    by_schema = wanted.kind == "json_schema" and is_object(wanted.schema) and wanted.schema
    return by_schema or "json"


def write_logprobs(request: ChatRequest) -> Json:
    """Return the members that ask for log probabilities."""
    if request.logprobs is None:
        return {}
    return {"logprobs": True, "top_logprobs": request.logprobs} if request.logprobs else {"logprobs": True}


def write_think(wanted: Thinking) -> bool | str | None:
    """Return `think`; None leaves it to the model, which thinks if it can.

    A model that cannot think refuses to be asked for it, so it is asked only where the client insists.
    """
    if wanted.enabled is False or wanted.effort == "none" or wanted.budget == 0:
        return False
    if wanted.effort:
        return _LEVELS.get(wanted.effort, _DEFAULT_LEVEL)
    if wanted.budget is None:
        return wanted.enabled
    return _LEVELS[effort_of(wanted.budget)] if wanted.budget > 0 else None
