"""Neutral chat as a request for an upstream that speaks Ollama's own API."""

import msgspec

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.treatment import left_out
from oblivious.adapters.dialects.endpoint import OLLAMA
from oblivious.adapters.dialects.ollama.translate.messages_writer import write_messages
from oblivious.adapters.dialects.ollama.translate.options import (
    write_format,
    write_logprobs,
    write_options,
    write_think,
)
from oblivious.adapters.dialects.ollama.translate.tools import write_tools
from oblivious.adapters.dialects.ollama.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_PATH = "api/chat"


def write_request(request: ChatRequest, target: Target) -> Outgoing:
    """Write a request. Whether to stream is always said: Ollama does where it is not told.

    Raises:
        InvalidRequest: names what Ollama has no words for.
    """
    _refuse_sounds(request)
    plan = UpstreamPlan(dropped=left_out(request, TREATMENTS, OLLAMA))
    body: Json = {
        "model": target.model,
        "messages": write_messages(request.turns),
        "stream": request.stream,
    }
    more = {
        "tools": write_tools(request, plan),
        "options": write_options(request),
        "format": None if request.format is None else write_format(request.format),
        **write_logprobs(request),
    }
    body |= {name: value for name, value in more.items() if value}
    think = None if request.thinking is None else write_think(request.thinking)
    if think is not None:
        body["think"] = think
    return Outgoing(_PATH, msgspec.json.encode(body), plan)


def _refuse_sounds(request: ChatRequest) -> None:
    for modality in request.modalities:
        if modality != "text":
            raise InvalidRequest(
                f"an answer in {modality!r} cannot be had here: the model is served through {OLLAMA}",
                param="modalities",
            )
