"""What a model thought before its calls, for clients that do not give it back with them.

It is found again by the call: by its id, its name and its arguments. The id alone is not enough, since some
vendors begin with the same ids in every conversation.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from oblivious.adapters.chat.parts import Part, Reasoning, Text, ToolCall
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.state import State
from oblivious.adapters.lenient import BROKEN

_EXACT = 2**53


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What belongs to one call, back to the call before it.

    Attributes:
        first: thoughts that came before any words.
        later: thoughts that came after words.
        state: of the call itself.
    """

    first: tuple[Reasoning, ...] = ()
    later: tuple[Reasoning, ...] = ()
    state: State | None = None

    @property
    def is_signed(self) -> bool:
        """Whether its maker wants something of it back."""
        return self.state is not None or any(thought.state for thought in (*self.first, *self.later))

    @property
    def has_words(self) -> bool:
        """Whether it says what was thought."""
        return any(thought.text for thought in (*self.first, *self.later))


def by_call(parts: Iterable[Part]) -> Iterator[tuple[ToolCall, Kept]]:
    """Yield each call of an answer with what belongs to it."""
    first: list[Reasoning] = []
    later: list[Reasoning] = []
    spoken = False
    for part in parts:
        if isinstance(part, ToolCall):
            yield part, Kept(tuple(first), tuple(later), part.state)
            first, later, spoken = [], [], False
        elif isinstance(part, Reasoning):
            (later if spoken else first).append(part)
        elif isinstance(part, Text):
            spoken = True


def missing(turns: Iterable[Turn]) -> list[str]:
    """Return the keys of calls that came back without what belongs to them, in their order."""
    return [
        key_of(call)
        for turn in turns
        if turn.role == "assistant"
        for call, kept in by_call(turn.parts)
        if not kept.is_signed
    ]


def put_back(turns: Iterable[Turn], found: Mapping[str, Kept]) -> tuple[Turn, ...]:
    """Return the conversation with what was found for calls that came back without it."""
    return tuple(_completed(turn, found) if turn.role == "assistant" else turn for turn in turns)


def key_of(call: ToolCall) -> str:
    """Return what a call is found by again; how its arguments are written does not matter."""
    words = "\0".join((call.id, call.name, "" if call.custom else "{")).encode("utf-8", "replace")
    return hashlib.sha256(words + _plainly(call.arguments.encode("utf-8", "replace"))).hexdigest()[:32]


def _completed(turn: Turn, found: Mapping[str, Kept]) -> Turn:
    done: list[Part] = []
    since: list[Part] = []
    for part in turn.parts:
        if isinstance(part, ToolCall):
            done += _with_its_own(part, since, found)
            since = []
        else:
            since.append(part)
    return msgspec.structs.replace(turn, parts=(*done, *since))


def _with_its_own(call: ToolCall, since: Sequence[Part], found: Mapping[str, Kept]) -> list[Part]:
    """Return a call and what came back since the last one; thoughts without a signature make room."""
    signed = call.state is not None or any(part.state for part in since if isinstance(part, Reasoning))
    kept = None if signed else found.get(key_of(call))
    if kept is None:
        return [*since, call]
    said = [part for part in since if not isinstance(part, Reasoning)]
    return [*kept.first, *said, *kept.later, msgspec.structs.replace(call, state=kept.state)]


def _plainly(arguments: bytes) -> bytes:
    """Return arguments in the one way in which we write them; clients may have read and written them anew."""
    try:
        return msgspec.json.encode(_decode(arguments or b"{}"), order="sorted")
    except (*BROKEN, OverflowError):
        return arguments


def _number(text: str) -> float:
    value = float(text)
    return int(value) if abs(value) < _EXACT and value.is_integer() else value


_decode = msgspec.json.Decoder(float_hook=_number).decode
