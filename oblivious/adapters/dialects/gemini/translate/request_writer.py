"""Neutral chat as a request to the Gemini API."""

import msgspec

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.treatment import left_out
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.endpoints import AS_EVENTS, GENERATE_CONTENT, path_of
from oblivious.adapters.dialects.gemini.translate.config_writer import write_config
from oblivious.adapters.dialects.gemini.translate.contents_writer import write_contents
from oblivious.adapters.dialects.gemini.translate.legal_names import LegalNames
from oblivious.adapters.dialects.gemini.translate.models import has_levels
from oblivious.adapters.dialects.gemini.translate.tools import write_choice, write_tools
from oblivious.adapters.dialects.gemini.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.nested import put_back
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.lenient import Json

_TIERS = {"default": "standard", "standard": "standard", "flex": "flex", "priority": "priority"}


def write_request(request: ChatRequest, target: Target) -> Outgoing:
    """Write a request for an upstream.

    Raises:
        InvalidRequest: names what Gemini cannot do.
    """
    dropped = left_out(request, TREATMENTS, GEMINI)
    levelled = has_levels(target.model)
    names = LegalNames()
    instruction, contents = write_contents(request, names, levelled=levelled)
    said: Json = {
        "contents": contents,
        "systemInstruction": instruction,
        "tools": write_tools(request, names),
        "toolConfig": write_choice(request, names, mixes=levelled),
        "generationConfig": write_config(request, target.model, dropped),
        "safetySettings": request.safety if request.origin == GEMINI else None,
        "serviceTier": _TIERS.get(request.service_tier),
    }
    body: Json = {name: value for name, value in said.items() if value or name == "contents"}
    if request.origin == GEMINI:
        body = put_back(body, request.extra)
    custom = frozenset(tool.name for tool in request.tools if tool.kind == "custom")
    plan = UpstreamPlan(tool_names=names.changed, custom_tools=custom, dropped=dropped)
    path = path_of(GENERATE_CONTENT, target.model, stream=request.stream)
    return Outgoing(path, msgspec.json.encode(body), plan, AS_EVENTS if request.stream else b"")
