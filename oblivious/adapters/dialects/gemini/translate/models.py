"""What a model's name tells: which generation it is of, and how its thinking is said."""

import re

from oblivious.adapters.chat.effort import budget_of, effort_of
from oblivious.adapters.chat.request import Thinking
from oblivious.adapters.lenient import Json

_NEWEST = 99.0
_LEVELLED = 3.0
_NUMBER = re.compile(r"gemini-(\d{1,2}(?:\.\d{1,2})?)")
_DYNAMIC = -1

# Models that refuse to be told how to think (model pages of the Gemini API, 2026-11).
_THOUGHTLESS = re.compile(r"gemini-1|gemini-2\.0|gemini-2\.5-flash-image|-tts\b|native-audio|gemma-3|learnlm")

# Levels that all models of a generation with levels take; the least one is known to fewer.
_LEVELS = {"minimal": "LOW", "low": "LOW", "medium": "MEDIUM", "high": "HIGH", "xhigh": "HIGH", "max": "HIGH"}
_HAS_MINIMAL = re.compile(r"flash-lite|gemini-3(?:\.[0-6])?-flash")

# Least and most tokens of thought (thinking guide of the Gemini API, 2026-11); pro always thinks.
_BUDGETS = (("pro", 128, 32_768), ("flash-lite", 512, 24_576), ("flash", 1, 24_576))


def generation_of(model: str) -> float:
    """Return the number in a model's name; one without is taken for the newest."""
    found = _NUMBER.search(model)
    return float(found[1]) if found else _NEWEST


def has_levels(model: str) -> bool:
    """Whether a model is of the generations that think by levels, ask for signatures, and mix tools."""
    return generation_of(model) >= _LEVELLED


def thinking_of(thinking: Thinking, model: str) -> Json | None:
    """Return `thinkingConfig`; None where the model knows none."""
    if _THOUGHTLESS.search(model):
        return None
    config = _level(thinking, model) if has_levels(model) else _budget(thinking, model)
    if not _is_off(thinking):
        config["includeThoughts"] = thinking.shown != "omitted"
    return config


def _is_off(thinking: Thinking) -> bool:
    return thinking.enabled is False or thinking.effort == "none" or thinking.budget == 0


def _level(thinking: Thinking, model: str) -> Json:
    effort = thinking.effort
    if not effort and thinking.budget is not None and thinking.budget > 0:
        effort = effort_of(thinking.budget)
    if _is_off(thinking):
        effort = "minimal"
    if effort == "minimal" and _HAS_MINIMAL.search(model):
        return {"thinkingLevel": "MINIMAL"}
    return {"thinkingLevel": _LEVELS.get(effort, "MEDIUM")} if effort else {}


def _budget(thinking: Thinking, model: str) -> Json:
    least, most = next(((least, most) for name, least, most in _BUDGETS if name in model), (1, 24_576))
    if _is_off(thinking):
        return {"thinkingBudget": 0 if "pro" not in model else least}
    budget = thinking.budget
    if budget is None:
        budget = budget_of(thinking.effort) if thinking.effort else _DYNAMIC
    return {"thinkingBudget": _DYNAMIC if budget < 0 else min(max(budget, least), most)}
