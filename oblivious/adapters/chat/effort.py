"""Between words and tokens for how much a model should think.

The numbers are those that most gateways use between OpenAI's words and Anthropic's budgets (seen 2026-11): no
vendor has said any.
"""

LEAST_BUDGET = 1_024
"""What Anthropic takes at least (its API reference, 2026-11)."""

_BUDGETS = {
    "minimal": LEAST_BUDGET,
    "low": 2_048,
    "medium": 8_192,
    "high": 16_384,
    "xhigh": 32_768,
    "max": 65_536,
}
_DEFAULT = "medium"


def budget_of(effort: str) -> int:
    """Return the tokens of thought that a word stands for; an unknown word is taken for `medium`."""
    return 0 if effort == "none" else _BUDGETS.get(effort, _BUDGETS[_DEFAULT])


def effort_of(budget: int) -> str:
    """Return the word for so many tokens; a budget below zero leaves it to the model, which is `medium`."""
    if budget == 0:
        return "none"
    if budget < 0:
        return _DEFAULT
    return next((word for word, tokens in _BUDGETS.items() if budget <= tokens), "max")
