from oblivious.adapters.counting.counter import Counter, always, only
from oblivious.adapters.dialects.anthropic.endpoints import COUNT_TOKENS
from oblivious.adapters.dialects.endpoint import ANTHROPIC

_COUNTED = frozenset(
    {"model", "messages", "system", "tools", "tool_choice", "thinking", "output_config", "cache_control"}
)
"""What a count takes (official SDK 2.11, read 2026-11-27); what is unknown there is refused."""

MESSAGES_COUNTER = Counter(
    name=ANTHROPIC,
    path=COUNT_TOKENS.path,
    path_of=always(COUNT_TOKENS.path),
    question=only(_COUNTED),
    member=COUNT_TOKENS.counts,
)
