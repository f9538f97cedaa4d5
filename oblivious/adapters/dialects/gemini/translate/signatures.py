"""Thought signatures: Gemini's own place for opaque state, on the part that it came with.

Clients of the API take a signature for bytes in base64, so the state of another dialect is put into base64
once more. Some write it back in the other alphabet.
"""

import base64
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Part
from oblivious.adapters.chat.state import State, read, written
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.translate.names import get
from oblivious.adapters.lenient import Json

SIGNATURE = "thoughtSignature"
UNSIGNED = "skip_thought_signature_validator"
"""What stands for the signature of a call that another model made (thought signatures guide, 2026-11)."""

_NOBODY = ""
_STANDARD = str.maketrans("-_", "+/")


def state_in(piece: Json) -> State | None:
    """Return the state that a part carries; None where it carries none."""
    return state_of(get(piece, SIGNATURE))


def state_of(signature: Any) -> State | None:
    """Return what a signature carries, Gemini's own state or another dialect's; None where it is none."""
    if not isinstance(signature, str) or not signature:
        return None
    plain = _plain(signature)
    if UNSIGNED in (signature, plain):
        return None
    inner = read(plain, _NOBODY)
    return inner if inner.origin else State(GEMINI, signature)


def signature_of(state: State) -> str:
    """Return the signature that carries a state through a client."""
    text = written(state, GEMINI)
    return text if state.origin == GEMINI else base64.b64encode(text.encode()).decode()


def signed(value: Part, state: State | None) -> Part:
    """Return a part with its state."""
    return value if state is None else msgspec.structs.replace(value, state=state)


def _plain(signature: str) -> str:
    try:
        padded = signature.translate(_STANDARD).rstrip("=")
        return base64.b64decode(padded + "=" * (-len(padded) % 4)).decode("ascii")
    except ValueError:  # also what base64 raises
        return ""
