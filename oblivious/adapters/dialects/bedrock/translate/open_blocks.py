"""Blocks of a stream of Converse that are still open."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from oblivious.adapters.chat.arguments import unwrapped
from oblivious.adapters.chat.events import ChatEvent, Cited, Closed, Given, Grown, Opened, Signed
from oblivious.adapters.chat.parts import Part, Reasoning, Text
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.translate.answer_reader import word
from oblivious.adapters.dialects.anthropic.translate.open_blocks import Pieces
from oblivious.adapters.dialects.bedrock.translate.answer_reader import call_of, image_of, is_hosted
from oblivious.adapters.dialects.bedrock.translate.citations import read_citation
from oblivious.adapters.dialects.bedrock.translate.origins import REDACTED, signature
from oblivious.adapters.lenient import Json, is_object, part


class Block(Protocol):
    """One block.

    Attributes:
        kinds: the deltas that belong to it, by their names.
        speaks: it takes one of the part numbers.
    """

    kinds: tuple[str, ...]
    speaks: bool

    def begin(self) -> Iterable[ChatEvent]:
        """Return what its start says."""
        ...

    def grow(self, kind: str, value: object) -> Iterable[ChatEvent]:
        """Return what a delta says."""
        ...

    def end(self) -> Iterable[ChatEvent]:
        """Return what its end says."""
        ...


def started(start: Json, number: int, plan: UpstreamPlan) -> Block | None:
    """Return a block by how it starts; None where only its first delta will tell."""
    if "toolUse" in start:
        told = part(start["toolUse"])
        if is_hosted(told):
            return Silent()
        if plan.schema_tool and word(told, "name") == plan.schema_tool:
            return Words(number, Text(), ("toolUse",))
        call = call_of(told, plan)
        return Custom(number, call) if call.custom else Words(number, call, ("toolUse",))
    if "image" in start:
        return Picture(number, word(part(start["image"]), "format"))
    return Silent() if start else None


def implied(kind: str, number: int) -> Block:
    """Return the block that a delta begins: only some say their start."""
    if kind in _WORDS:
        return Words(number, Text(), _WORDS)
    return Thought(number) if kind == "reasoningContent" else Silent((kind,))


_WORDS = ("text", "citation")


class Words:
    """A block whose words go on as they come: a text, or the arguments of a call."""

    __slots__ = ("_number", "_part", "kinds", "speaks")

    def __init__(self, number: int, value: Part, kinds: tuple[str, ...]) -> None:
        self._number = number
        self._part = value
        self.kinds = kinds
        self.speaks = True

    def begin(self) -> Iterable[ChatEvent]:
        """Say that the part opens."""
        return (Opened(0, self._number, self._part),)

    def grow(self, kind: str, value: object) -> Iterable[ChatEvent]:
        """Say how the part goes on."""
        if kind == "citation":
            return (Cited(0, self._number, read_citation(value)),) if is_object(value) else ()
        words = value if kind == "text" else part(value).get("input")
        return (Grown(0, self._number, words),) if isinstance(words, str) and words else ()

    def end(self) -> Iterable[ChatEvent]:
        """Say that the part is complete."""
        return (Closed(0, self._number),)


class Thought:
    """A thought; its signature is whole when the block ends."""

    __slots__ = ("_number", "_redacted", "_signature", "kinds", "speaks")

    def __init__(self, number: int) -> None:
        self._number = number
        self._signature = Pieces()
        self._redacted = Pieces()
        self.kinds: tuple[str, ...] = ("reasoningContent",)
        self.speaks = True

    def begin(self) -> Iterable[ChatEvent]:
        """Say that the part opens."""
        return (Opened(0, self._number, Reasoning()),)

    def grow(self, kind: str, value: object) -> Iterable[ChatEvent]:  # noqa: ARG002 - a block's
        """Say how the thought goes on; keep what signs it."""
        told = part(value)
        words = word(told, "text")
        if words:
            return (Grown(0, self._number, words),)
        kept = self._signature.keep(word(told, "signature"))
        return kept or self._redacted.keep(word(told, "redactedContent"))

    def end(self) -> Iterable[ChatEvent]:
        """Say the state, and that the part is complete."""
        redacted = self._redacted.whole()
        state = State(REDACTED, redacted) if redacted else signature(self._signature.whole())
        signed = (Signed(0, self._number, state),) if state is not None else ()
        return *signed, Closed(0, self._number)


class Custom:
    """The call of a tool that takes free text: the text can be read when its wrapping is complete."""

    __slots__ = ("_call", "_number", "_pieces", "kinds", "speaks")

    def __init__(self, number: int, call: Part) -> None:
        self._number = number
        self._call = call
        self._pieces = Pieces()
        self.kinds: tuple[str, ...] = ("toolUse",)
        self.speaks = True

    def begin(self) -> Iterable[ChatEvent]:
        """Say that the call opens."""
        return (Opened(0, self._number, self._call),)

    def grow(self, kind: str, value: object) -> Iterable[ChatEvent]:  # noqa: ARG002 - a block's
        """Keep the delta."""
        return self._pieces.keep(word(part(value), "input"))

    def end(self) -> Iterable[ChatEvent]:
        """Say the text, and that the call is complete."""
        words = unwrapped(self._pieces.whole())
        grown = (Grown(0, self._number, words),) if words else ()
        return *grown, Closed(0, self._number)


class Picture:
    """An image: it is given when it is whole."""

    __slots__ = ("_format", "_number", "_pieces", "kinds", "speaks")

    def __init__(self, number: int, kind: str) -> None:
        self._number = number
        self._format = kind
        self._pieces = Pieces()
        self.kinds: tuple[str, ...] = ("image",)
        self.speaks = True

    def begin(self) -> Iterable[ChatEvent]:
        """Say nothing yet."""
        return ()

    def grow(self, kind: str, value: object) -> Iterable[ChatEvent]:  # noqa: ARG002 - a block's
        """Keep the delta."""
        return self._pieces.keep(word(part(part(value).get("source")), "bytes"))

    def end(self) -> Iterator[ChatEvent]:
        """Give the picture."""
        yield Given(0, self._number, image_of(self._format, self._pieces.whole()))


class Silent:
    """What the provider did itself, or what nobody knows: clients of other dialects are not told."""

    __slots__ = ("kinds", "speaks")

    def __init__(self, kinds: tuple[str, ...] = ("toolUse", "toolResult")) -> None:
        self.kinds = kinds
        self.speaks = False

    def begin(self) -> Iterable[ChatEvent]:
        """Say nothing."""
        return ()

    def grow(self, kind: str, value: object) -> Iterable[ChatEvent]:  # noqa: ARG002 - a block's
        """Say nothing."""
        return ()

    def end(self) -> Iterable[ChatEvent]:
        """Say nothing."""
        return ()
