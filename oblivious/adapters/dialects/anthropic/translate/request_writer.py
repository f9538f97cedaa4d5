"""Neutral chat as a request for an upstream that speaks Messages."""

from typing import Any

import msgspec

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.treatment import left_out
from oblivious.adapters.dialects.anthropic.translate.answer_format import Shape, forced_by, shape
from oblivious.adapters.dialects.anthropic.translate.caching import keep_last_marks
from oblivious.adapters.dialects.anthropic.translate.families import Family, family_of
from oblivious.adapters.dialects.anthropic.translate.messages_writer import (
    spoken,
    write_messages,
    write_system,
)
from oblivious.adapters.dialects.anthropic.translate.sampling import write_sampling
from oblivious.adapters.dialects.anthropic.translate.thinking import Decision, decide, output_limit
from oblivious.adapters.dialects.anthropic.translate.tiers import write_wish
from oblivious.adapters.dialects.anthropic.translate.tools import is_forced, write_choice, write_tools
from oblivious.adapters.dialects.anthropic.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.nested import put_back
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_PATH = "messages"


def write_request(request: ChatRequest, target: Target) -> Outgoing:
    """Write a request.

    Raises:
        InvalidRequest: names what Messages has no words for.
    """
    _refuse_sounds(request)
    plan = UpstreamPlan(dropped=left_out(request, TREATMENTS, ANTHROPIC))
    family = family_of(target.model)
    turns = spoken(request.turns)
    decision = decide(request, turns, family, plan)
    tools = write_tools(request, plan)
    shaped = shape(request, family, tools, thinks=decision.on)
    body: Json = {"model": target.model, "max_tokens": output_limit(request, decision, family)}
    body |= _conversation(request, write_messages(turns), shaped)
    body |= _choosing(request, tools, shaped, plan, can_force=family.forced and not decision.on)
    body |= _answering(request, decision, shaped, family, plan)
    if request.origin == ANTHROPIC:
        body = put_back(body, request.extra)
    keep_last_marks(body)
    return Outgoing(_PATH, msgspec.json.encode(body), plan)


def _refuse_sounds(request: ChatRequest) -> None:
    for modality in request.modalities:
        if modality != "text":
            raise InvalidRequest(
                f"an answer in {modality!r} cannot be had here: the model is served through {ANTHROPIC}",
                param="modalities",
            )


def _conversation(request: ChatRequest, messages: list[Json], shaped: Shape) -> Json:
    system = write_system(request.turns, shaped.instruction)
    if system and not messages:
        # A conversation needs somebody who asks.
        return {"messages": [{"role": "user", "content": system}]}
    said: Any = system[0]["text"] if len(system) == 1 and system[0].keys() == {"type", "text"} else system
    return {"messages": messages} | ({"system": said} if system else {})


def _choosing(
    request: ChatRequest, tools: list[Json], shaped: Shape, plan: UpstreamPlan, *, can_force: bool
) -> Json:
    """Return the tools and the choice of them."""
    if shaped.tool is not None:
        plan.schema_tool = shaped.tool["name"]
        return {
            "tools": [*tools, shaped.tool],
            "tool_choice": forced_by(shaped.tool, request.tool_choice, tools),
        }
    if not tools:
        return {}
    choice = request.tool_choice
    if is_forced(choice) and not can_force:
        plan.dropped.append("tool_choice")
        choice = None
    written = write_choice(choice, parallel=request.parallel_tools)
    return {"tools": tools} | ({"tool_choice": written} if written is not None else {})


def _answering(
    request: ChatRequest, decision: Decision, shaped: Shape, family: Family, plan: UpstreamPlan
) -> Json:
    """Return what says how the answer should come."""
    body = decision.members | write_sampling(request, family, plan, thinks=decision.on)
    config: Json = {"effort": decision.effort} if decision.effort else {}
    if shaped.native is not None:
        config["format"] = shaped.native
    stop = [sequence for sequence in request.stop if sequence.strip()]
    if len(stop) < len(request.stop):
        plan.dropped.append("stop")  # Anthropic refuses blank ones
    tier = write_wish(request.service_tier)
    if request.service_tier and not tier:
        plan.dropped.append("service_tier")
    said = {
        "output_config": config,
        "stop_sequences": stop,
        "metadata": {"user_id": request.user} if request.user else None,
        "service_tier": tier,
        "stream": request.stream,
    }
    return body | {name: value for name, value in said.items() if value}
