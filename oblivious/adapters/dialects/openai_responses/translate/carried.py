"""States that belong to a call or to a text: here only reasoning has a place for one.

Such a state comes to the client as reasoning without words, right after what it belongs to; its origin has
`@` behind it, and the id of the call where it is one. So agents that give all items back keep it.
"""

from oblivious.adapters.chat.state import State, read, written
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES

_AT = "@"


def carried(state: State, call_id: str) -> str:
    """Return the encrypted content that carries the state of a call, or of a text, which has no id."""
    return written(State(f"{state.origin}{_AT}{call_id}", state.data), OPENAI_RESPONSES)


def read_carried(encrypted: str) -> tuple[State, str | None]:
    """Return a state, and which call it belongs to: empty for a text, None for the reasoning it came with."""
    state = read(encrypted, OPENAI_RESPONSES)
    origin, at, call_id = state.origin.partition(_AT)
    return State(origin, state.data), call_id if at else None
