"""Neutral chat as a request for an upstream that speaks Cohere's chat."""

import msgspec

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.treatment import left_out
from oblivious.adapters.dialects.cohere.translate.answer_format import shape
from oblivious.adapters.dialects.cohere.translate.documents import set_apart
from oblivious.adapters.dialects.cohere.translate.messages_writer import write_messages
from oblivious.adapters.dialects.cohere.translate.sampling import write_sampling
from oblivious.adapters.dialects.cohere.translate.thinking import write_thinking
from oblivious.adapters.dialects.cohere.translate.tools import is_strict, write_choice, write_tools
from oblivious.adapters.dialects.cohere.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.endpoint import COHERE
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_PATH = "chat"

_OWN = frozenset({"citation_options", "documents", "priority", "safety_mode", "strict_tools"})
"""Members of Cohere's that its clients may add to a request of another dialect; they go up as they are."""


def write_request(request: ChatRequest, target: Target) -> Outgoing:
    """Write a request.

    Raises:
        InvalidRequest: names what Cohere has no words for.
    """
    _refuse_sounds(request)
    dropped = [name for name in left_out(request, TREATMENTS, COHERE) if name not in _OWN]
    plan = UpstreamPlan(dropped=dropped)
    own: Json = {name: raw for name, raw in request.extra.items() if name in _OWN}
    # Beside documents Cohere has no word for the format of an answer.
    turns, documents = (list(request.turns), []) if request.format else set_apart(request.turns)
    tools = write_tools(request, plan)
    shaped = shape(request, tools, plan, documents="documents" in own)
    body: Json = {
        "model": target.model,
        "messages": write_messages(turns, target.model, shaped.instruction),
        "stream": request.stream,
    }
    body |= {"documents": documents} if documents else {}
    body |= _tools(request, tools, shaped.tool)
    body |= write_sampling(request, plan) | write_thinking(request, target.model, plan)
    body |= shaped.native or {}
    return Outgoing(_PATH, msgspec.json.encode(body | own), plan)


def _tools(request: ChatRequest, tools: list[Json], answering: Json | None) -> Json:
    """Return the tools and the choice of them; `answering` is the one whose arguments are the answer."""
    if not tools:
        return {}
    if answering is not None:
        return {"tools": [*tools, answering], "tool_choice": "REQUIRED"}
    strict = {"strict_tools": True} if is_strict(request.tools) else {}
    return {"tools": tools, **write_choice(request.tool_choice), **strict}


def _refuse_sounds(request: ChatRequest) -> None:
    for modality in request.modalities:
        if modality != "text":
            raise InvalidRequest(
                f"an answer in {modality!r} cannot be had here: the model is served through {COHERE}",
                param="modalities",
            )
