"""One choice of a stream of chat completions, as neutral events."""

from collections.abc import Iterator
from typing import Any

from oblivious.adapters.chat.events import ChatEvent, Cited, Closed, Finished, Given, Grown, Opened, Signed
from oblivious.adapters.chat.parts import Audio, Citation, Part, Reasoning, Refusal, Source, Text, ToolCall
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.openai_chat.translate.answer_reader import (
    arguments_in,
    audio_in,
    call_of,
    called_in,
    calls_in,
    images_in,
    signature_in,
    text_of,
    words_in,
)
from oblivious.adapters.dialects.openai_chat.translate.citations import read_citations, uncited
from oblivious.adapters.dialects.openai_chat.translate.details import Details
from oblivious.adapters.dialects.openai_chat.translate.finish import read_finish
from oblivious.adapters.dialects.openai_chat.translate.messages_reader import GOOGLE
from oblivious.adapters.dialects.openai_chat.translate.reasoning import DETAILS, thoughts_in
from oblivious.adapters.lenient import Json, is_object, part


class Speaker:
    """One choice of a stream: what it says now, and the calls it is making.

    `sources` are what all choices rest on, as far as it was told; they are named when a text ends.

    Attributes:
        finished: it has said why it ended; nothing counts after that.
    """

    __slots__ = (
        "_at",
        "_calls",
        "_cited",
        "_details",
        "_ids",
        "_last_call",
        "_next",
        "_number",
        "_open",
        "_sources",
        "finished",
    )

    def __init__(self, number: int, sources: list[Citation]) -> None:
        self._number = number
        self._next = 0
        self._open: tuple[type[Part], int] | None = None
        self._calls: dict[Any, int] = {}
        self._ids: dict[Any, str] = {}
        self._at: dict[int, Any] = {}
        self._last_call: Any = -1
        self._details = Details()
        self.finished = False
        self._sources = sources
        self._cited: list[Citation] = []

    @property
    def begun(self) -> bool:
        """Whether it has said something, or why it says nothing."""
        return self.finished or self._next > 0

    def hear(self, choice: Json) -> Iterator[ChatEvent]:
        """Read what a chunk says of the choice."""
        if self.finished:
            return
        delta = self._delta(choice)
        thoughts = thoughts_in(delta)
        if thoughts:
            yield from self._say(Reasoning(), thoughts)
        if DETAILS in delta:
            self._details.add(delta[DETAILS])
        words = words_in(delta.get("content"))
        if words:
            logprobs = part(choice.get("logprobs")).get("content")
            yield from self._say(Text(), words, logprobs)
        refusal = delta.get("refusal")
        if isinstance(refusal, str) and refusal:
            yield from self._say(Refusal(), refusal)
        if len(delta) > 1 or not words:
            yield from self._more(delta)
        if choice.get("finish_reason"):
            yield from self.end(choice["finish_reason"])

    def _delta(self, choice: Json) -> Json:
        """Return what is new; Perplexity repeats the whole message beside every delta, MiniMax at the end."""
        told = choice.get("delta")
        if is_object(told):
            return told
        return part(choice.get("message")) if self._next == 0 else {}

    def end(self, reason: object) -> Iterator[ChatEvent]:
        """Close what is open; say why it ended, once."""
        if self.finished:
            return
        self.finished = True
        yield from self._close()
        for number in self._calls.values():
            yield Closed(self._number, number)
        yield Finished(self._number, read_finish(reason, called=bool(self._calls)))

    def _more(self, delta: Json) -> Iterator[ChatEvent]:
        """Read the rarer things."""
        audio = audio_in(delta)
        if audio:
            yield from self._say(
                Audio(source=Source(), id=text_of(audio.get("id"))),
                text_of(audio.get("transcript")),
                audio=text_of(audio.get("data")),
            )
        for citation in read_citations(delta):
            yield from self._start(Text())
            yield self._cite(self._next - 1, citation)
        for image in images_in(delta):
            yield from self._close()
            yield Given(self._number, self._take(), image)
        for call in calls_in(delta):
            yield from self._call(call)

    def _say(self, kind: Part, words: str, logprobs: Any = None, audio: str = "") -> Iterator[ChatEvent]:
        if self._open is None or self._open[0] is not type(kind):
            yield from self._start(kind)
        if words or audio:
            yield Grown(self._number, self._next_open(), words, logprobs, audio)

    def _start(self, kind: Part) -> Iterator[ChatEvent]:
        if self._open is not None and self._open[0] is type(kind):
            return
        yield from self._close()
        number = self._take()
        self._open = type(kind), number
        yield Opened(self._number, number, kind)

    def _close(self) -> Iterator[ChatEvent]:
        if self._open is not None:
            kind, number = self._open
            self._open = None
            state = self._details.state() if kind is Reasoning else None
            if state is not None:
                yield Signed(self._number, number, state)
            if kind is Text:
                for source in uncited(self._sources, self._cited):
                    yield self._cite(number, source)
            yield Closed(self._number, number)

    def _cite(self, number: int, citation: Citation) -> ChatEvent:
        self._cited.append(citation)
        return Cited(self._number, number, citation)

    def _call(self, piece: Json) -> Iterator[ChatEvent]:
        called, custom = called_in(piece)
        key = self._key_of(piece, text_of(called.get("name")))
        number = self._calls.get(key)
        arguments = arguments_in(called.get("input" if custom else "arguments"))
        if number is None:
            yield from self._close()
            number = self._calls[key] = self._take()
            call = call_of(piece)
            self._ids[key] = text_of(piece.get("id"))
            yield Opened(
                self._number,
                number,
                ToolCall(id=call.id, name=call.name, custom=call.custom, state=call.state),
            )
        elif signature := signature_in(piece):
            yield Signed(self._number, number, State(GOOGLE, signature))
        self._last_call = key
        if arguments:
            yield Grown(self._number, number, arguments)

    def _key_of(self, piece: Json, name: str) -> Any:
        """Return which call a piece belongs to: by index, else by id, else by its place.

        Some vendors write every call whole and without either; some give all calls the index 0, and only
        another id and another name show that a call is new (Gemini's compatible endpoint, 2026-11). An id
        that changes in the midst of a call, where no name is said, means nothing.
        """
        index, call_id = piece.get("index"), text_of(piece.get("id"))
        if isinstance(index, int):
            key = self._at.setdefault(index, index)
            if name and call_id and self._ids.get(key) not in (None, "", call_id):
                key = self._at[index] = index, call_id
            return key
        if call_id:
            return call_id
        return ("", len(self._calls)) if name else self._last_call

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def _next_open(self) -> int:
        return self._open[1] if self._open is not None else self._next - 1
