"""Whose state is whose on Bedrock.

Signatures are Claude's, and good wherever it is served: they keep Anthropic's name, so that a conversation
may move between the two. What Bedrock says of redacted thoughts is bytes in a coding that nobody documents:
it is good there only.
"""

from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import ANTHROPIC, BEDROCK

REDACTED = f"{BEDROCK}.redacted"


def signature(data: str) -> State | None:
    """Return the state that a signature is, None for none."""
    return State(ANTHROPIC, data) if data else None


def is_own(state: State | None) -> bool:
    """Whether a model on Bedrock can read a state."""
    return state is not None and state.origin in (ANTHROPIC, REDACTED)
