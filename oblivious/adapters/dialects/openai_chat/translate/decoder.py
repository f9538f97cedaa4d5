"""The stream of an upstream that speaks chat completions, as neutral events."""

from collections import defaultdict
from collections.abc import Iterator

from oblivious.adapters.chat.events import Begun, ChatEvent, Counted, Ended, Failed
from oblivious.adapters.chat.parts import Citation
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.openai_chat.faults import fault_in
from oblivious.adapters.dialects.openai_chat.translate.answer_reader import text_of
from oblivious.adapters.dialects.openai_chat.translate.citations import names_sources, read_sources
from oblivious.adapters.dialects.openai_chat.translate.inline import Inline
from oblivious.adapters.dialects.openai_chat.translate.speaker import Speaker
from oblivious.adapters.dialects.openai_chat.usage import read_usage
from oblivious.adapters.lenient import Json, object_in, parts
from oblivious.contracts.errors import BrokeOff, Garbled

_DONE = b"[DONE]"


class ChatDecoder:
    """Reads chunks, as all vendors write them."""

    __slots__ = ("_begun", "_choices", "_ended", "_inline", "_sources")

    def __init__(self, plan: UpstreamPlan) -> None:
        self._begun = self._ended = False
        self._choices: dict[int, Speaker] = {}
        self._sources: list[Citation] = []
        tag = plan.inline_thoughts
        self._inline: defaultdict[int, Inline] | None = defaultdict(lambda: Inline(tag)) if tag else None

    def feed(self, data: bytes) -> Iterator[ChatEvent]:
        """Read one chunk."""
        if data.strip() == _DONE:
            yield from self._end()
            return
        chunk = object_in(data)
        if chunk is None:
            yield Failed(Garbled("the provider sent an event that is not JSON"))
            return
        fault = fault_in(chunk, data)
        if fault is not None:
            yield Failed(fault)
            return
        yield from self._chunk(chunk)

    def finish(self) -> Iterator[ChatEvent]:
        """Some vendors forget `[DONE]`: if every choice has ended, so has the stream; else it broke off."""
        choices = self._choices.values()
        complete = bool(choices) and all(choice.finished for choice in choices)
        return self._end() if complete and not self._ended else iter(())

    def _chunk(self, chunk: Json) -> Iterator[ChatEvent]:
        if not self._begun and chunk.get("id"):
            self._begun = True
            yield Begun(text_of(chunk["id"]))
        if names_sources(chunk):
            self._sources[:] = read_sources(chunk)
        for place, choice in enumerate(parts(chunk.get("choices"))):
            index = choice.get("index")
            number = index if isinstance(index, int) else place
            speaker = self._choices.get(number)
            if speaker is None:
                speaker = self._choices[number] = Speaker(number, self._sources)
            yield from speaker.hear(choice if self._inline is None else self._inline[number].parted(choice))
        usage = read_usage(chunk)
        if usage is not None:
            yield Counted(usage, service_tier=text_of(chunk.get("service_tier")))

    def _end(self) -> Iterator[ChatEvent]:
        self._ended = True
        if self._inline is not None:
            for number, speaker in self._choices.items():
                yield from speaker.hear(self._inline[number].rest())
        if not any(speaker.begun for speaker in self._choices.values()):
            yield Failed(BrokeOff("the provider ended the stream before it said anything"))
            return
        for speaker in self._choices.values():
            yield from speaker.end(None)
        yield Ended()
