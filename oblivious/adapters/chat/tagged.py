"""Thoughts that a model writes before its words, into the same text, between tags: `<think>...</think>`.

Only a text that begins with the tag has thoughts in it: further on, somebody only speaks of the tag.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Piece(NamedTuple):
    """A piece of text that is not empty: of a thought, or of what the model says."""

    text: str
    thought: bool = False


class Tagged:
    """Parts one text at the tags of a name, `think`; white space at the seams goes.

    What it gives is the same wherever the text was cut.
    """

    __slots__ = ("_closing", "_held", "_opening", "_state")

    def __init__(self, tag: str) -> None:
        self._opening, self._closing = f"<{tag}>", f"</{tag}>"
        self._held = ""
        self._state: _State = Tagged._begin

    @property
    def done(self) -> bool:
        """Whether all that comes from now on is what the model says, as it comes."""
        return self._state is Tagged._speak

    def feed(self, text: str) -> Iterator[Piece]:
        """Yield what more of the text says; what may be a part of a tag is kept back."""
        self._held += text
        state: _State | None = None
        while self._held and state is not self._state:
            state = self._state
            yield from state(self)

    def finish(self) -> Iterator[Piece]:
        """Yield what was kept back, at the end of the text."""
        rest, self._held = self._held.rstrip() if self._state is not Tagged._speak else self._held, ""
        if rest:
            yield Piece(rest, thought=self._state is Tagged._think)

    def _begin(self) -> Iterator[Piece]:
        begun = self._held.lstrip()
        if begun.startswith(self._opening):
            self._held, self._state = begun[len(self._opening) :], Tagged._wake
        elif not self._opening.startswith(begun):
            self._state = Tagged._speak
        return iter(())

    def _wake(self) -> Iterator[Piece]:
        self._held = self._held.lstrip()
        if self._held:
            self._state = Tagged._think
        return iter(())

    def _think(self) -> Iterator[Piece]:
        thought, closed, rest = self._held.partition(self._closing)
        if closed:
            self._held, self._state = rest, Tagged._turn
        else:
            thought, self._held = _sure(thought, self._closing)
        thought = thought.rstrip()
        if thought:
            yield Piece(thought, thought=True)

    def _turn(self) -> Iterator[Piece]:
        self._held = self._held.lstrip()
        if self._held:
            self._state = Tagged._speak
        return iter(())

    def _speak(self) -> Iterator[Piece]:
        words, self._held = self._held, ""
        yield Piece(words)


_State = Callable[[Tagged], Iterator[Piece]]


def _sure(thought: str, closing: str) -> tuple[str, str]:
    """Return what is surely a thought, and the end that may be white space before, or a part of, a tag."""
    longest = min(len(closing) - 1, len(thought))
    partial = next(
        size for size in range(longest, -1, -1) if closing.startswith(thought[len(thought) - size :])
    )
    sure = thought[: len(thought) - partial].rstrip()
    return sure, thought[len(sure) :]
