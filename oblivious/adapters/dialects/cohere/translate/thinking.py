"""How much a model should think."""

from oblivious.adapters.chat.effort import budget_of
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Thinking
from oblivious.adapters.dialects.cohere.translate.families import thinks
from oblivious.adapters.lenient import Json

_ROOM_FOR_WORDS = 1_024
"""What Cohere wants to be left for the answer (its page on reasoning, read 2026-11-27)."""

_BOUNDED = frozenset({"minimal", "low", "medium"})
"""Efforts that a budget stands for. Cohere advises against one where a model should think well."""


def write_thinking(request: ChatRequest, model: str, plan: UpstreamPlan) -> Json:
    """Write `thinking`; a wish that the model cannot have is named in the plan."""
    wanted = request.thinking
    if wanted is None:
        return {}
    if wanted.enabled is False or wanted.effort == "none" or wanted.budget == 0:
        return {"thinking": {"type": "disabled"}} if thinks(model) else {}
    if not (wanted.enabled or wanted.effort or wanted.budget is not None):
        return {}
    if not thinks(model):
        plan.dropped.append("thinking")
        return {}
    budget = _budget(wanted, request.max_output_tokens)
    return {"thinking": {"type": "enabled"} | ({"token_budget": budget} if budget else {})}


def _budget(wanted: Thinking, limit: int | None) -> int | None:
    """Return a budget that leaves room for words below the client's limit; None leaves it to the model."""
    budget = wanted.budget
    if wanted.effort in _BOUNDED and budget is None:
        budget = budget_of(wanted.effort)
    if budget is None or budget < 0:
        return None
    return budget if limit is None else max(1, min(budget, max(limit - _ROOM_FOR_WORDS, limit // 2)))
