"""Where states come from in this dialect, and how states of other dialects travel with its clients.

A thought has a place for a state, its signature. Other parts have none: the state of one goes into a thought
without words that stands directly before it, or after it where it came too late; the origin says which.
"""

from collections.abc import Iterable, Iterator

import msgspec

from oblivious.adapters.chat.parts import Part, Reasoning
from oblivious.adapters.chat.state import State, read, written
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.lenient import Json

REDACTED = f"{ANTHROPIC}.redacted"
_NEXT, _LAST = ">", "<"


def signature_of(state: State) -> str:
    """Return the signature that carries a thought's state."""
    return written(state, ANTHROPIC)


def hidden(state: State) -> Json:
    """Return a thought that has nothing but its state."""
    if state.origin == REDACTED:
        return {"type": "redacted_thinking", "data": state.data}
    return {"type": "thinking", "thinking": "", "signature": signature_of(state)}


def carrier(state: State, *, before: bool) -> Json:
    """Return the thought that carries the state of the part that it stands before, or else after."""
    marked = State(state.origin + (_NEXT if before else _LAST), state.data)
    return hidden(marked)


def thought(words: str, signature: str) -> Reasoning:
    """Return a thought that a client gives back."""
    return Reasoning(text=words, state=read(signature, ANTHROPIC) if signature else None)


def reunited(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts of a turn, each with the state that was carried beside it."""
    last: Part | None = None
    coming: State | None = None
    for part in parts:
        state, place = _carried(part)
        if state is None:
            if last is not None:
                yield last
            last = part if coming is None else msgspec.structs.replace(part, state=coming)
            coming = None
        elif place == _NEXT:
            coming = state
        elif last is not None:
            last = msgspec.structs.replace(last, state=state)
    if last is not None:
        yield last


def _carried(part: Part) -> tuple[State | None, str]:
    """Return the state that a thought only carries, and which side its owner is on."""
    state = part.state if isinstance(part, Reasoning) else None
    if state is None or not state.origin.endswith((_NEXT, _LAST)):
        return None, ""
    return State(state.origin[:-1], state.data), state.origin[-1]
