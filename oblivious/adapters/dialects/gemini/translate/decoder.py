"""The stream of an upstream that speaks Gemini, as neutral events."""

from collections.abc import Iterable
from typing import Any

import msgspec

from oblivious.adapters.chat.events import Begun, ChatEvent, Counted, Ended, Failed, Finished
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.dialects.gemini.faults import fault_in
from oblivious.adapters.dialects.gemini.translate.answer_reader import blocked_by, index_of
from oblivious.adapters.dialects.gemini.translate.partial import TooLarge
from oblivious.adapters.dialects.gemini.translate.speaker import Speaker, pieces_of
from oblivious.adapters.dialects.gemini.usage import counted, queries_in, searches_for
from oblivious.adapters.lenient import BROKEN, Json, decoded
from oblivious.contracts.errors import Garbled, InvalidRequest
from oblivious.contracts.usage import Usage

_DONE = b"[DONE]"
_BLOCKED = "SAFETY"
_UNREADABLE = (InvalidRequest, TooLarge, RecursionError)


class _Chunk(msgspec.Struct, rename="camel"):
    """What is read of a chunk."""

    candidates: list[Json] | None = None
    prompt_feedback: Any = None
    usage_metadata: Any = None
    model_version: Any = None
    response_id: Any = None
    error: Any = None


_decode = msgspec.json.Decoder(_Chunk).decode


class GenerateDecoder:
    """Reads chunks. Why a candidate ended is said at the end of the bytes only: some say STOP, and go on."""

    __slots__ = ("_begun", "_blocked", "_plan", "_queries", "_speakers", "_told", "_version")

    def __init__(self, plan: UpstreamPlan) -> None:
        self._plan = plan
        self._begun = False
        self._blocked = ""
        self._speakers: dict[int, Speaker] = {}
        self._queries: set[str] = set()
        self._told: Any = None
        self._version: Any = None

    def feed(self, data: bytes) -> Iterable[ChatEvent]:
        """Read one chunk."""
        try:
            chunk = _decode(data)
        except BROKEN:
            return self._nonsense(data)
        if chunk.error:
            return [Failed(fault_in({"error": chunk.error}, data) or Garbled("the provider failed"))]
        out: list[ChatEvent] = [] if self._begun else [self._begin(chunk)]
        if chunk.usage_metadata is not None:
            out += self._count(chunk)
        try:
            for place, candidate in enumerate(chunk.candidates or ()):
                out += self._hear(candidate, place)
        except _UNREADABLE as error:
            return [*out, Failed(Garbled(f"the provider sent a part that is none: {error}"))]
        if chunk.prompt_feedback is not None:
            self._blocked = blocked_by(chunk.prompt_feedback) or self._blocked
        return out

    def finish(self) -> Iterable[ChatEvent]:
        """Say how all candidates ended, if they did: a stream that breaks off in one of them has no end."""
        speakers = self._speakers.values()
        if not speakers and not self._blocked:
            return []
        out: list[ChatEvent] = []
        try:
            for speaker in speakers:
                out += speaker.close()
                speaker.reason = speaker.reason or (_BLOCKED if self._blocked else None)
        except _UNREADABLE as error:
            return [*out, Failed(Garbled(f"the provider sent a part that is none: {error}"))]
        if any(speaker.reason is None for speaker in speakers):
            return out
        usage = self._usage()
        if usage is not None:
            out.append(Counted(usage))
        out += [speaker.finished() for speaker in speakers]
        if not speakers:
            out.append(Finished(0, Finish.CONTENT_FILTER, said=self._blocked))
        out.append(Ended())
        return out

    def _begin(self, chunk: _Chunk) -> ChatEvent:
        self._begun = True
        return Begun(chunk.response_id if isinstance(chunk.response_id, str) else "")

    def _hear(self, candidate: Json, place: int) -> list[ChatEvent]:
        number = index_of(candidate.get("index"), place)
        speaker = self._speakers.get(number)
        if speaker is None:
            speaker = self._speakers[number] = Speaker(number, self._plan)
        if "groundingMetadata" in candidate:
            self._queries.update(queries_in(candidate))
        return speaker.hear(candidate, pieces_of(candidate))

    def _count(self, chunk: _Chunk) -> list[ChatEvent]:
        """Say what was used so far before what is said: some clients are told of their input first."""
        self._told, self._version = chunk.usage_metadata, chunk.model_version
        usage = self._usage()
        return [] if usage is None else [Counted(usage, complete=False)]

    def _usage(self) -> Usage | None:
        """Return what was used so far: until the end the numbers may lag behind the text."""
        return counted(self._told, searches_for(self._queries, self._version))

    def _nonsense(self, data: bytes) -> list[ChatEvent]:
        """An error may stand in a list, and some imitators end with `[DONE]`; all else is garbage."""
        if data.strip() == _DONE:
            return []
        fault = fault_in(decoded(data), data)
        return [Failed(fault or Garbled("the provider sent an event that is not JSON"))]
