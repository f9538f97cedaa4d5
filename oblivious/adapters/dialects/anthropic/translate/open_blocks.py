"""Blocks of an upstream's stream that are still open."""

from collections.abc import Iterable
from typing import Protocol

from oblivious.adapters.chat.arguments import unwrapped
from oblivious.adapters.chat.events import ChatEvent, Cited, Closed, Failed, Given, Grown, Opened, Signed
from oblivious.adapters.chat.parts import Opaque, Part, Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.translate.answer_reader import call_of, word
from oblivious.adapters.dialects.anthropic.translate.arguments import text_of
from oblivious.adapters.dialects.anthropic.translate.citations import read_citation, read_citations
from oblivious.adapters.dialects.anthropic.translate.origins import REDACTED
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.lenient import Json, is_object, object_in
from oblivious.contracts.errors import Garbled

_MOST_KEPT = 16 * 1024 * 1024
"""Characters of one block that is kept until it is whole; what is larger is no answer."""

_NAMES = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}


class Block(Protocol):
    """One block."""

    def begin(self) -> Iterable[ChatEvent]:
        """Return what its start says."""
        ...

    def grow(self, delta: Json) -> Iterable[ChatEvent]:
        """Return what a delta says."""
        ...

    def end(self) -> Iterable[ChatEvent]:
        """Return what its end says."""
        ...


def opened(block: Json, number: int, plan: UpstreamPlan) -> Block:
    """Return a block by how it starts."""
    kind = word(block, "type")
    name = word(block, "name")
    if kind == "tool_use":
        if plan.schema_tool and name == plan.schema_tool:
            return Growing(number, Text(), block)
        call = call_of(block, plan)
        return Custom(number, call) if call.custom else Growing(number, call, block)
    if kind == "text":
        return Growing(number, Text(), block)
    if kind in ("thinking", "redacted_thinking"):
        return Growing(number, Reasoning(), block)
    return Kept(number, block)


class Growing:
    """A block whose words go on as they come."""

    __slots__ = ("_block", "_grown", "_number", "_part")

    def __init__(self, number: int, part: Part, block: Json) -> None:
        self._number = number
        self._part = part
        self._block = block
        self._grown = False

    def begin(self) -> Iterable[ChatEvent]:
        """Say that the part opens, and what its start already holds."""
        events: list[ChatEvent] = [Opened(0, self._number, self._part)]
        words = word(self._block, "text") or word(self._block, "thinking")
        if words:
            events.append(Grown(0, self._number, words))
        events += [Cited(0, self._number, each) for each in read_citations(self._block.get("citations"))]
        state = self._state()
        if state is not None:
            events.append(Signed(0, self._number, state))
        return events

    def grow(self, delta: Json) -> Iterable[ChatEvent]:
        """Say how the part goes on."""
        kind = word(delta, "type")
        words = word(delta, _NAMES.get(kind, ""))
        if words:
            self._grown = True
            return (Grown(0, self._number, words),)
        if kind == "signature_delta" and word(delta, "signature"):
            return (Signed(0, self._number, State(ANTHROPIC, word(delta, "signature"))),)
        citation = delta.get("citation")
        if kind == "citations_delta" and is_object(citation):
            return (Cited(0, self._number, read_citation(citation)),)
        return ()

    def end(self) -> Iterable[ChatEvent]:
        """Say that the part is complete; arguments that came whole with the start go before."""
        given = self._block.get("input")
        if given and not self._grown:
            return Grown(0, self._number, text_of(given)), Closed(0, self._number)
        return (Closed(0, self._number),)

    def _state(self) -> State | None:
        if word(self._block, "data"):
            return State(REDACTED, word(self._block, "data"))
        signature = word(self._block, "signature")
        return State(ANTHROPIC, signature) if signature else None


class Custom:
    """The call of a tool that takes free text: the text can be read when its wrapping is complete."""

    __slots__ = ("_call", "_number", "_pieces")

    def __init__(self, number: int, call: ToolCall) -> None:
        self._number = number
        self._call = call
        self._pieces = Pieces()

    def begin(self) -> Iterable[ChatEvent]:
        """Say that the call opens."""
        return (Opened(0, self._number, self._call),)

    def grow(self, delta: Json) -> Iterable[ChatEvent]:
        """Keep the delta."""
        return self._pieces.keep(word(delta, "partial_json"))

    def end(self) -> Iterable[ChatEvent]:
        """Say the text, and that the call is complete."""
        words = unwrapped(self._pieces.whole())
        grown = (Grown(0, self._number, words),) if words else ()
        return *grown, Closed(0, self._number)


class Kept:
    """A block that only Anthropic has: it is given when it is whole."""

    __slots__ = ("_block", "_number", "_pieces")

    def __init__(self, number: int, block: Json) -> None:
        self._number = number
        self._block = block
        self._pieces = Pieces()

    def begin(self) -> Iterable[ChatEvent]:
        """Say nothing yet."""
        return ()

    def grow(self, delta: Json) -> Iterable[ChatEvent]:
        """Keep the delta: a piece of the input, or more of the block's own texts."""
        if word(delta, "type") == "input_json_delta":
            return self._pieces.keep(word(delta, "partial_json"))
        for name, value in delta.items():
            if name != "type" and isinstance(value, str):
                self._block[name] = word(self._block, name) + value
        return ()

    def end(self) -> Iterable[ChatEvent]:
        """Give the block."""
        told = object_in(self._pieces.whole().encode("utf-8", "replace"))
        if told is not None:
            self._block["input"] = told
        return (
            Given(
                0, self._number, Opaque(origin=ANTHROPIC, kind=word(self._block, "type"), value=self._block)
            ),
        )


class Pieces:
    """Pieces of a text that is needed whole."""

    __slots__ = ("_pieces", "_size")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0

    def keep(self, piece: str) -> Iterable[ChatEvent]:
        """Keep a piece; say that the upstream failed if there are too many."""
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > _MOST_KEPT:
            return (Failed(Garbled("the provider sent a block that does not end")),)
        return ()

    def whole(self) -> str:
        """Return the text."""
        return "".join(self._pieces)
