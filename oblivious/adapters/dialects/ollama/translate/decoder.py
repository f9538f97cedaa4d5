"""The stream of an upstream as neutral events: lines that bring more of a message, the last of them done."""

from collections.abc import Iterable

import msgspec

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Closed,
    Ended,
    Failed,
    Finished,
    Given,
    Grown,
    Opened,
)
from oblivious.adapters.chat.parts import Part, Reasoning, Text
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.faults import Words, judged, words_of
from oblivious.adapters.dialects.ollama.translate.answer_reader import images_in, read_finish
from oblivious.adapters.dialects.ollama.translate.calls import read_calls
from oblivious.adapters.dialects.ollama.translate.logprobs import read_logprobs
from oblivious.adapters.dialects.ollama.translate.usage import read_counted
from oblivious.adapters.lenient import Json, object_in, part
from oblivious.contracts.errors import Garbled


class OllamaDecoder:
    """Reads the lines of one attempt."""

    __slots__ = ("_begun", "_called", "_done", "_next", "_open", "_plan", "_probs")

    def __init__(self, plan: UpstreamPlan) -> None:
        self._plan = plan
        self._begun = False
        self._called = False
        self._done = False
        self._next = 0
        self._open: type[Part] | None = None
        self._probs: list[Json] = []

    def feed(self, data: bytes) -> Iterable[ChatEvent]:
        """Return what one line says."""
        line = object_in(data)
        if line is None:
            return (Failed(Garbled("the provider sent a line that is not a JSON object")),)
        if line.get("error"):
            return (Failed(judged(words_of(line) or Words(message="the provider failed while it answered"))),)
        if self._done:
            return ()
        try:
            return self._read(line)
        except RecursionError:
            return (Failed(Garbled("the provider sent a line that is nested too deeply")),)

    def finish(self) -> Iterable[ChatEvent]:
        """Say nothing: only a line that is done ends a stream."""
        return ()

    def _read(self, line: Json) -> list[ChatEvent]:
        events: list[ChatEvent] = []
        if not self._begun:
            self._begun = True
            events.append(Begun())
        message = part(line.get("message"))
        thoughts, words = message.get("thinking"), message.get("content")
        if isinstance(thoughts, str) and thoughts:
            self._say(events, Reasoning(), thoughts)
        elif "logprobs" in line:
            # Of thoughts nobody asked; those of words that are still held back come with the next ones.
            self._probs += read_logprobs(line["logprobs"])
        if isinstance(words, str) and words:
            self._say(events, Text(), words)
        if "tool_calls" in message or "images" in message:
            self._give(events, message)
        if "eval_count" in line or "prompt_eval_count" in line:
            events += read_counted(line)
        if line.get("done") is True:
            self._end(events, line)
        return events

    def _say(self, events: list[ChatEvent], kind: Part, words: str) -> None:
        if self._open is not type(kind):
            self._close(events)
            self._open = type(kind)
            events.append(Opened(0, self._take(), kind))
        probs = None
        if self._probs and self._open is Text:
            probs, self._probs = self._probs, []
        events.append(Grown(0, self._next - 1, words, probs))

    def _give(self, events: list[ChatEvent], message: Json) -> None:
        """Read what comes whole."""
        for image in images_in(message):
            self._close(events)
            events.append(Given(0, self._take(), image))
        for call in read_calls(message, self._plan):
            self._close(events)
            self._called = True
            number = self._take()
            events.append(Opened(0, number, msgspec.structs.replace(call, arguments="")))
            events.append(Grown(0, number, call.arguments))
            events.append(Closed(0, number))

    def _end(self, events: list[ChatEvent], line: Json) -> None:
        self._done = True
        self._close(events)
        events += (Finished(0, read_finish(line.get("done_reason"), called=self._called)), Ended())

    def _close(self, events: list[ChatEvent]) -> None:
        if self._open is not None:
            self._open = None
            events.append(Closed(0, self._next - 1))

    def _take(self) -> int:
        self._next += 1
        return self._next - 1
