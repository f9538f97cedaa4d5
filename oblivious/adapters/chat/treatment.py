"""What a dialect does with each member of the neutral request: none is forgotten."""

import enum
from collections.abc import Mapping
from typing import Any

import msgspec

from oblivious.adapters.chat.request import ChatRequest
from oblivious.contracts.errors import InvalidRequest


class Treatment(enum.Enum):
    """What becomes of a member that the client gave.

    Members:
        SAID: the dialect can say it, in its own words.
        DROPPED: it only tunes the answer, and is left out; a header of the answer names it.
        REFUSED: the answer would lack something that was asked for.
    """

    SAID = "said"
    DROPPED = "dropped"
    REFUSED = "refused"


SAID, DROPPED, REFUSED = Treatment.SAID, Treatment.DROPPED, Treatment.REFUSED

Treatments = Mapping[str, Treatment]

ALWAYS = frozenset({"origin", "model", "turns", "stream", "extra"})
"""Members that no table names: every dialect has them, and what is unknown stays in its own."""

UNSAID: dict[str, Any] = {
    field.name: field.default if field.default is not msgspec.NODEFAULT else {}
    for field in msgspec.structs.fields(ChatRequest)
    if field.name not in ALWAYS
}
"""What each other member is where the client said nothing of it."""

TREATED = frozenset(UNSAID)
"""Members that every table names."""


def given(request: ChatRequest) -> list[str]:
    """Return the names of the members that the client gave, but for those that all dialects have."""
    return [name for name, unsaid in UNSAID.items() if getattr(request, name) != unsaid]


def left_out(request: ChatRequest, treatments: Treatments, dialect: str) -> list[str]:
    """Return the names of what a dialect leaves out; of members in no table too, where it is not their own.

    Raises:
        InvalidRequest: something that was asked for cannot be had there.
    """
    dropped: list[str] = []
    for name in given(request):
        treatment = treatments[name]
        if treatment is REFUSED:
            raise InvalidRequest(
                f"`{name}` cannot be had here: the model is served through {dialect}, which lacks it",
                param=name,
            )
        if treatment is DROPPED:
            dropped.append(name)
    return dropped + ([] if request.origin == dialect else list(request.extra))
