"""Turns as dialects with strict rules want them."""

from collections.abc import Iterable, Iterator

import msgspec

from oblivious.adapters.chat.parts import ToolCall
from oblivious.adapters.chat.request import Role, Turn

INSTRUCTIONS: frozenset[Role] = frozenset({"system", "developer"})
"""Roles of turns that instruct the model."""


def merged(turns: Iterable[Turn]) -> list[Turn]:
    """Return the turns with those of one role that follow each other made one; empty ones are left out."""
    out: list[Turn] = []
    for turn in turns:
        if not turn.parts:
            continue
        if out and out[-1].role == turn.role and out[-1].name == turn.name:
            out[-1] = msgspec.structs.replace(turn, parts=(*out[-1].parts, *turn.parts))
        else:
            out.append(turn)
    return out


def calls_in(turns: Iterable[Turn]) -> Iterator[ToolCall]:
    """Yield every tool call of a conversation."""
    for turn in turns:
        yield from (part for part in turn.parts if isinstance(part, ToolCall))
