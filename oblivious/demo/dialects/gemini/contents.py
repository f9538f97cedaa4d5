"""The turns of a conversation, as far as the demo reads them."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import msgspec

from oblivious.demo import words
from oblivious.demo.reply import Json


class FunctionCall(msgspec.Struct, frozen=True, rename="camel"):
    """A call that the model made."""

    name: str = ""


class FunctionResponse(msgspec.Struct, frozen=True, rename="camel"):
    """What came of it."""

    response: Json | None = None


class Part(msgspec.Struct, frozen=True, rename="camel"):
    """A part of a turn; what is neither text nor tool is carried past."""

    text: str | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None
    thought_signature: str | None = None


class Content(msgspec.Struct, frozen=True, rename="camel"):
    """A turn, the system's instruction or what is to be embedded; a single part needs no list."""

    role: str | None = None
    parts: list[Part] | Part | None = None

    @property
    def listed(self) -> list[Part]:
        """Return the parts as a list."""
        return [self.parts] if isinstance(self.parts, Part) else self.parts or []

    @property
    def text(self) -> str:
        """Return all the text in the parts, that of tool results too."""
        return " ".join(text for part in self.listed for text in _texts(part))

    @property
    def tokens(self) -> int:
        """Return the words of the text."""
        return words.count(self.text)

    @property
    def answers_calls(self) -> bool:
        """Tell whether there are tool results."""
        return any(part.function_response is not None for part in self.listed)

    @property
    def asks_anew(self) -> bool:
        """Tell whether a turn of the model's work begins here: the user says more than tool results."""
        return self.role != "model" and any(part.function_response is None for part in self.listed)


def _texts(part: Part) -> Iterator[str]:
    if part.text:
        yield part.text
    if part.function_response is not None:
        yield from _leaves(part.function_response.response)


def _leaves(value: Any) -> Iterator[str]:
    """Yield every text within a tool's result."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in cast("Json", value).values():
            yield from _leaves(member)
    elif isinstance(value, list):
        for item in cast("Sequence[Any]", value):
            yield from _leaves(item)
