"""Output items that a stream is telling: each says its own events, and nothing twice.

Vendors leave events out, so a part opens with its first words, and what comes whole counts only where nothing
came in pieces before.
"""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from oblivious.adapters.chat.events import ChatEvent, Cited, Closed, Grown, Opened, Signed
from oblivious.adapters.chat.parts import Part, Reasoning, Refusal, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.telling import told_part
from oblivious.adapters.dialects.openai_responses.translate.answer_reader import (
    call_of,
    contents_of,
    state_of,
    text_of,
    thought_of,
)
from oblivious.adapters.dialects.openai_responses.translate.citations import read_citation, read_citations
from oblivious.adapters.dialects.openai_responses.translate.logprobs import tokens_in
from oblivious.adapters.lenient import Json, is_object

Take = Callable[[], int]
"""Returns the number of the next part."""


class Item(Protocol):
    """An item between its first event and its last.

    Attributes:
        ended: all of it was told.
    """

    ended: bool

    def say(self, kind: Part, place: int, words: str, logprobs: Any = None, /) -> Iterator[ChatEvent]:
        """Tell a piece of it: `kind` has no words yet, `place` is its index in the item."""
        ...

    def whole(self, kind: Part, place: int, words: str, logprobs: Any = None, /) -> Iterator[ChatEvent]:
        """Tell all its words, if none were told before."""
        ...

    def end(self, item: Json | None) -> Iterator[ChatEvent]:
        """Tell what is still untold of the complete item, None where it never came; close what is open."""
        ...


class _Piece:
    """A content of a message."""

    __slots__ = ("cited", "closed", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.cited = 0
        self.closed = False


class Message:
    """Texts and refusals; each content is a part of its own."""

    __slots__ = ("_pieces", "_take", "ended")

    def __init__(self, take: Take, _plan: UpstreamPlan) -> None:
        self.ended = False
        self._take = take
        self._pieces: dict[tuple[type[Part], int], _Piece] = {}

    def say(self, kind: Part, place: int, words: str, logprobs: Any = None, /) -> Iterator[ChatEvent]:
        """See `Item.say`."""
        piece = self._pieces.get((type(kind), place))
        if piece is None or piece.closed:
            piece = self._pieces[type(kind), place] = _Piece(self._take())
            yield Opened(0, piece.number, kind)
        if words:
            yield Grown(0, piece.number, words, (tokens_in(logprobs) or None) if logprobs else None)

    def whole(self, kind: Part, place: int, words: str, logprobs: Any = None, /) -> Iterator[ChatEvent]:
        """See `Item.whole`."""
        if words and (type(kind), place) not in self._pieces:
            yield from self.say(kind, place, words, logprobs)

    def cite(self, place: int, annotation: Any) -> Iterator[ChatEvent]:
        """Tell what a text rests on."""
        if is_object(annotation):
            yield from self.say(Text(), place, "")
            piece = self._pieces[Text, place]
            piece.cited += 1
            yield Cited(0, piece.number, read_citation(annotation))

    def close(self, place: int, content: Json) -> Iterator[ChatEvent]:
        """Tell what is still untold of a complete content, and close it."""
        refused = content.get("type") == "refusal"
        kind = Refusal() if refused else Text()
        words = text_of(content.get("refusal" if refused else "text"))
        yield from self.whole(kind, place, words, content.get("logprobs"))
        piece = self._pieces.get((type(kind), place))
        if piece is None or piece.closed:
            return
        for citation in list(read_citations(content.get("annotations")))[piece.cited :]:
            yield Cited(0, piece.number, citation)
        yield from _closed(piece)

    def end(self, item: Json | None) -> Iterator[ChatEvent]:
        """See `Item.end`."""
        self.ended = True
        for place, content in enumerate(contents_of(item or {})):
            yield from self.close(place, content)
        for piece in self._pieces.values():
            yield from _closed(piece)


def _closed(piece: _Piece) -> Iterator[ChatEvent]:
    if not piece.closed:
        piece.closed = True
        yield Closed(0, piece.number)


class Thought:
    """Reasoning: all of an item is one part; of thoughts and summaries those that come first."""

    __slots__ = ("_number", "_places", "_summary", "_take", "ended")

    def __init__(self, take: Take, _plan: UpstreamPlan) -> None:
        self.ended = False
        self._take = take
        self._number = -1
        self._summary = False
        self._places: list[int] = []

    def say(self, kind: Part, place: int, words: str, logprobs: Any = None, /) -> Iterator[ChatEvent]:
        """See `Item.say`; a blank line is between what stands in different places."""
        summary = isinstance(kind, Reasoning) and kind.summary
        if self._number < 0:
            self._number, self._summary = self._take(), summary
            yield Opened(0, self._number, kind)
        if self._summary is not summary:
            return
        if place not in self._places:
            words = f"\n\n{words}" if self._places else words
            self._places.append(place)
        yield Grown(0, self._number, words, logprobs)

    def whole(self, kind: Part, place: int, words: str, logprobs: Any = None, /) -> Iterator[ChatEvent]:
        """See `Item.whole`."""
        if words and place not in self._places:
            yield from self.say(kind, place, words, logprobs)

    def end(self, item: Json | None) -> Iterator[ChatEvent]:
        """See `Item.end`."""
        self.ended = True
        thought = thought_of(item or {})
        if self._number < 0:
            if thought.text or thought.state is not None:
                yield from told_part(thought, self._take())
            return
        state = state_of(item or {})
        if state is not None:
            yield Signed(0, self._number, state)
        yield Closed(0, self._number)


class Call:
    """A tool call; without a name nothing of it can be told yet.

    Attributes:
        opened: it was told who is called.
    """

    __slots__ = ("_held", "_number", "_plan", "_said", "_take", "ended", "opened")

    def __init__(self, take: Take, plan: UpstreamPlan) -> None:
        self.ended = False
        self.opened = False
        self._take = take
        self._plan = plan
        self._number = -1
        self._held: list[str] = []
        self._said = False

    def open(self, item: Json) -> Iterator[ChatEvent]:
        """Tell who is called, and what was held back."""
        call = call_of(item, self._plan)
        if not self.opened and call.name:
            self.opened = True
            self._number = self._take()
            yield Opened(0, self._number, ToolCall(id=call.id, name=call.name, custom=call.custom))
            yield from (Grown(0, self._number, words) for words in self._held)

    def say(self, _kind: Part, _place: int, words: str, _logprobs: Any = None, /) -> Iterator[ChatEvent]:
        """See `Item.say`."""
        self._said = True
        if self.opened:
            yield Grown(0, self._number, words)
        else:
            self._held.append(words)

    def whole(self, kind: Part, place: int, words: str, _logprobs: Any = None, /) -> Iterator[ChatEvent]:
        """See `Item.whole`."""
        if words and not self._said:
            yield from self.say(kind, place, words)

    def end(self, item: Json | None) -> Iterator[ChatEvent]:
        """See `Item.end`."""
        self.ended = True
        if item is not None:
            yield from self.open(item)
            yield from self.whole(ToolCall(id="", name=""), 0, call_of(item, self._plan).arguments)
        if self.opened:
            yield Closed(0, self._number)
