"""One candidate of a stream: what it says now, and how it ended."""

from typing import Any

from oblivious.adapters.chat.events import ChatEvent, Cited, Closed, Finished, Given, Grown, Opened, Signed
from oblivious.adapters.chat.parts import Part, Reasoning, Text, ToolCall
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.gemini.translate.called import as_the_client_knows
from oblivious.adapters.dialects.gemini.translate.finish import read_finish, words_on
from oblivious.adapters.dialects.gemini.translate.grounding import Said, read_citations
from oblivious.adapters.dialects.gemini.translate.logprobs import read_logprobs
from oblivious.adapters.dialects.gemini.translate.names import get
from oblivious.adapters.dialects.gemini.translate.partial import PartialCall, continues
from oblivious.adapters.dialects.gemini.translate.parts import read_part
from oblivious.adapters.dialects.gemini.translate.signatures import SIGNATURE, state_in
from oblivious.adapters.lenient import Json, is_list, is_object, part

_CALL = "functionCall"
_TEXT = Text()
_THOUGHT = Reasoning(summary=True)


class Speaker:
    """Text follows text of its kind in one part, up to a signature; everything else is a part of its own.

    Attributes:
        reason: why the candidate ended, as the upstream said it last; None as long as it goes on.
    """

    __slots__ = (
        "_called",
        "_half",
        "_message",
        "_next",
        "_number",
        "_open",
        "_out",
        "_plan",
        "_said",
        "_signed",
        "reason",
    )

    def __init__(self, number: int, plan: UpstreamPlan) -> None:
        self._number = number
        self._plan = plan
        self._next = 0
        self._open: Text | Reasoning | None = None
        self._half: PartialCall | None = None
        self._called = False
        self._said = Said()
        self._signed = False
        self._message: Any = None
        self._out: list[ChatEvent] = []
        self.reason: Any = None

    def hear(self, candidate: Json, pieces: list[Any]) -> list[ChatEvent]:
        """Read what a chunk says of the candidate.

        Raises:
            InvalidRequest, TooLarge: a part is not what it should be.
        """
        self._out = []
        tokens = read_logprobs(candidate["logprobsResult"]) if "logprobsResult" in candidate else None
        for piece in pieces:
            words = piece.get("text") if is_object(piece) else None
            if isinstance(words, str):
                kind = _THOUGHT if piece.get("thought") is True else _TEXT
                self._speak(kind, words, state_in(piece) if len(piece) > 1 else None, tokens)
                tokens = tokens if not words else None
            else:
                self._other(piece)
        if "groundingMetadata" in candidate or "citationMetadata" in candidate:
            self._cite(candidate)
        if candidate.get("finishReason"):
            self.reason = candidate["finishReason"]
            self._message = candidate.get("finishMessage")
        return self._out

    def close(self) -> list[ChatEvent]:
        """Close what is open: nothing more will be said.

        Raises:
            InvalidRequest: a call that came in pieces is none.
        """
        self._out = []
        self._close()
        self._end_half()
        return self._out

    def finished(self) -> Finished:
        """Say why it ended."""
        finish = read_finish(self.reason, called=self._called)
        return Finished(self._number, finish, said=words_on(self.reason, self._message))

    def _speak(self, kind: Text | Reasoning, words: str, state: State | None, tokens: Any) -> None:
        if not words and state is None:
            return
        if self._open is not kind or self._signed:
            self._close()
            self._open = kind
            self._out.append(Opened(self._number, self._next, kind))
        if words:
            self._out.append(Grown(self._number, self._next, words, tokens))
            if kind is _TEXT:
                self._said.add(words)
        if state is not None:
            self._out.append(Signed(self._number, self._next, state))
            self._signed = True

    def _close(self) -> None:
        if self._open is not None:
            self._out.append(Closed(self._number, self._next))
            self._next += 1
            self._open = None
            self._signed = False
            self._said = Said()

    def _other(self, piece: Any) -> None:
        call = get(piece, _CALL) if is_object(piece) else None
        if is_object(call) and (self._half is not None or continues(call)):
            self._more(call, piece)
        elif call is not None:
            self._call(call, get(piece, SIGNATURE))
        else:
            value = read_part(piece, "part")
            if value is not None:
                self._whole(value)

    def _more(self, call: Json, piece: Json) -> None:
        """Collect a call that comes in pieces."""
        if self._half is None or call.get("name"):
            self._end_half()
            self._half = PartialCall(call)
        self._half.add(call, get(piece, SIGNATURE))
        if not continues(call):
            self._end_half()

    def _end_half(self) -> None:
        """Give what there is of a call that came in pieces."""
        if self._half is not None:
            half, self._half = self._half, None
            self._call(half.whole(), half.signature)

    def _call(self, call: Any, signature: Any) -> None:
        value = read_part({_CALL: call, SIGNATURE: signature}, "part")
        if not isinstance(value, ToolCall):
            return
        self._close()
        self._called = True
        known = as_the_client_knows(value, self._plan)
        opened = ToolCall(id=known.id, name=known.name, custom=known.custom)
        self._out.append(Opened(self._number, self._next, opened))
        if known.state is not None:
            self._out.append(Signed(self._number, self._next, known.state))
        if known.arguments:
            self._out.append(Grown(self._number, self._next, known.arguments))
        self._out.append(Closed(self._number, self._next))
        self._next += 1

    def _whole(self, value: Part) -> None:
        if isinstance(value, Text):
            self._speak(_TEXT, "", value.state, None)
            return
        self._close()
        self._out.append(Given(self._number, self._next, value))
        self._next += 1

    def _cite(self, candidate: Json) -> None:
        if self._open is _TEXT:
            for citation in read_citations(candidate, self._said.text()):
                self._out.append(Cited(self._number, self._next, citation))


def pieces_of(candidate: Json) -> list[Any]:
    """Return the parts of a candidate's content."""
    found = part(candidate.get("content")).get("parts")
    return found if is_list(found) else []
