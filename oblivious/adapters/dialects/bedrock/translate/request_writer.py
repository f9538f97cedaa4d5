"""Neutral chat as a request for Converse."""

import re
from typing import Any
from urllib.parse import quote

import msgspec

from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.treatment import left_out
from oblivious.adapters.dialects.anthropic.translate.answer_format import Shape, shape
from oblivious.adapters.dialects.anthropic.translate.sampling import write_sampling
from oblivious.adapters.dialects.anthropic.translate.thinking import Decision, output_limit
from oblivious.adapters.dialects.bedrock.translate.caching import keep_last_points
from oblivious.adapters.dialects.bedrock.translate.finish import STOPPED_BY
from oblivious.adapters.dialects.bedrock.translate.messages_writer import spoken, write_messages, write_system
from oblivious.adapters.dialects.bedrock.translate.models import Model, model_of
from oblivious.adapters.dialects.bedrock.translate.thinking import decided
from oblivious.adapters.dialects.bedrock.translate.tools import Wish, tool_config, write_functions
from oblivious.adapters.dialects.bedrock.translate.treatments import TREATMENTS
from oblivious.adapters.dialects.endpoint import BEDROCK
from oblivious.adapters.dialects.translate import Outgoing, Target
from oblivious.adapters.lenient import Json, is_object
from oblivious.contracts.errors import InvalidRequest

_TIERS = {"default": "default", "standard": "default", "standard_only": "default", "flex": "flex"} | {
    "priority": "priority"
}
_LABEL = re.compile(r"[a-zA-Z0-9\s:_@$#=/+,\-.]{1,256}")
_MOST_LABELS = 16


def write_request(request: ChatRequest, target: Target) -> Outgoing:
    """Write a request.

    Raises:
        InvalidRequest: names what Bedrock, or the model there, has no words for.
    """
    _refuse_sounds(request)
    model = model_of(target.model)
    dropped = left_out(request, TREATMENTS, BEDROCK)
    plan = UpstreamPlan(dropped=dropped, cached_within=model.cached_within)
    turns = spoken(request.turns, model)
    decision = decided(request, turns, model, plan)
    functions = write_functions(request, plan)
    shaped = shape(request, model.family, functions, thinks=decision.on)
    wish = Wish(request, turns, functions, shaped.tool, model.family.forced and not decision.on)
    body: Json = {
        **_conversation(request, write_messages(turns, model), shaped, model),
        **_answering(request, decision, model, plan),
        "toolConfig": tool_config(wish, model, plan),
        "outputConfig": _output(request, decision, shaped),
        "requestMetadata": _labels(request.metadata, plan),
    }
    body = {name: value for name, value in body.items() if value}
    keep_last_points(body)
    action = "converse-stream" if request.stream else "converse"
    return Outgoing(f"model/{quote(target.model, safe='')}/{action}", msgspec.json.encode(body), plan)


def _refuse_sounds(request: ChatRequest) -> None:
    for modality in request.modalities:
        if modality != "text":
            raise InvalidRequest(
                f"an answer in {modality!r} cannot be had here: the model is served through {BEDROCK}",
                param="modalities",
            )


def _conversation(request: ChatRequest, messages: list[Json], shaped: Shape, model: Model) -> Json:
    system = write_system(request.turns, shaped.instruction, model)
    if system and not messages:
        # A conversation needs somebody who asks.
        return {"messages": [{"role": "user", "content": system}]}
    return {"messages": messages, "system": system}


def _answering(request: ChatRequest, decision: Decision, model: Model, plan: UpstreamPlan) -> Json:
    """Return what says how the answer should come."""
    sampling = write_sampling(request, model.family, plan, thinks=decision.on)
    stop = [sequence for sequence in request.stop if sequence.strip()]
    if len(stop) < len(request.stop):
        plan.dropped.append("stop")  # Bedrock refuses blank ones
    tier = _TIERS.get(request.service_tier)
    if request.service_tier not in ("", "auto") and not tier:
        plan.dropped.append("service_tier")
    limit = output_limit(request, decision, model.family) if model.claude else request.max_output_tokens
    inference = {
        "maxTokens": limit,
        "temperature": sampling.get("temperature"),
        "topP": sampling.get("top_p"),
        "stopSequences": stop or None,
    }
    return {
        "inferenceConfig": {name: value for name, value in inference.items() if value is not None},
        "additionalModelRequestFields": {**decision.members, **_top_k(sampling.get("top_k"), model, plan)},
        "additionalModelResponseFieldPaths": STOPPED_BY if stop and model.claude else None,
        "serviceTier": {"type": tier} if tier else None,
    }


def _top_k(top_k: object, model: Model, plan: UpstreamPlan) -> Json:
    """Return how a model is told among how many words it may choose."""
    if top_k is None:
        return {}
    if model.claude:
        return {"top_k": top_k}
    if model.nova:
        return {"inferenceConfig": {"topK": top_k}}
    plan.dropped.append("top_k")
    return {}


def _output(request: ChatRequest, decision: Decision, shaped: Shape) -> Json:
    config: Json = {"effort": decision.effort} if decision.effort else {}
    if shaped.native is not None:
        wanted = request.format
        definition: Json = {"schema": msgspec.json.encode(shaped.native["schema"]).decode()}
        if wanted is not None and wanted.name:
            definition["name"] = wanted.name
        if wanted is not None and wanted.description:
            definition["description"] = wanted.description
        config["textFormat"] = {"type": "json_schema", "structure": {"jsonSchema": definition}}
    return config


def _labels(metadata: Any, plan: UpstreamPlan) -> dict[str, str]:
    """Return the labels by which Bedrock's logs can be searched: those that are legal there."""
    if metadata is None:
        return {}
    given = list(metadata.items()) if is_object(metadata) else []
    fits = [(name, value) for name, value in given if _is_label(name) and _is_label(value)][:_MOST_LABELS]
    if len(fits) < len(given) or not given:
        plan.dropped.append("metadata")
    return dict(fits)


def _is_label(value: object) -> bool:
    return isinstance(value, str) and _LABEL.fullmatch(value) is not None
