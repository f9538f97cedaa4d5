"""How much a model should think: Claude by its families, others by a word where they take one."""

from collections.abc import Callable, Sequence

from oblivious.adapters.chat.effort import effort_of
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Thinking, Turn
from oblivious.adapters.dialects.anthropic.translate.thinking import Decision, decide
from oblivious.adapters.dialects.bedrock.translate.models import Model
from oblivious.adapters.lenient import Json

_WORDS = {"minimal": "low", "low": "low", "medium": "medium"}
_MOST = "high"


def decided(request: ChatRequest, turns: Sequence[Turn], model: Model, plan: UpstreamPlan) -> Decision:
    """Decide how a model thinks about a request; what cannot be had is named in the plan."""
    if model.claude:
        return decide(request, turns, model.family, plan)
    effort = _effort(request.thinking)
    if not effort:
        return Decision(on=False, members={})
    say = _SAYINGS.get(model.effort)
    if say is None:
        plan.dropped.append("thinking")
        return Decision(on=False, members={})
    return Decision(on=False, members=say(effort, request))


def _effort(thinking: Thinking | None) -> str:
    """Return the word for what is wanted, empty where nobody wants thoughts."""
    if thinking is None or thinking.enabled is False or thinking.effort == "none" or thinking.budget == 0:
        return ""
    if thinking.effort:
        return _WORDS.get(thinking.effort, _MOST)
    if thinking.budget is not None:
        return _WORDS.get(effort_of(thinking.budget), _MOST)
    return "medium" if thinking.enabled else ""


def _of_nova(effort: str, request: ChatRequest) -> Json:
    # The most is refused beside a limit or a tuned choice of words (Nova's guide, 2026-11).
    tuned = (request.max_output_tokens, request.temperature, request.top_p, request.top_k)
    if effort == _MOST and any(each is not None for each in tuned):
        effort = "medium"
    return {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": effort}}


def _of_openai(effort: str, _request: ChatRequest) -> Json:
    return {"reasoning_effort": effort}


_SAYINGS: dict[str, Callable[[str, ChatRequest], Json]] = {
    "reasoningConfig": _of_nova,
    "reasoning_effort": _of_openai,
}
