"""What all parts of an answer have while they are told to a client."""

from typing import Protocol

from oblivious.adapters.chat.events import Grown
from oblivious.adapters.chat.parts import Citation
from oblivious.adapters.chat.state import State


class Piece(Protocol):
    """A part that is being told. What never says anything is never begun.

    Attributes:
        state: what must come back with it.
    """

    state: State | None

    def grow(self, event: Grown) -> bytes:
        """Tell more of it."""
        ...

    def cite(self, citation: Citation, /) -> bytes:
        """Tell what it rests on."""
        ...

    def close(self) -> bytes:
        """End it."""
        ...
