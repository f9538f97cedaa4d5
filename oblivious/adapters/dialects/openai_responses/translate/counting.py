from oblivious.adapters.counting.counter import Counter, always, only
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.endpoints import INPUT_TOKENS

_COUNTED = frozenset(
    {"model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "reasoning", "text"}
)
"""What a count takes (official SDK 3.52, read 2026-11-27)."""

RESPONSES_COUNTER = Counter(
    name=OPENAI_RESPONSES,
    path=INPUT_TOKENS.path,
    path_of=always(INPUT_TOKENS.path),
    question=only(_COUNTED),
    member=INPUT_TOKENS.counts,
)
