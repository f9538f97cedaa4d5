"""Messages: texts and refusals as the events of one item."""

from typing import NamedTuple

from oblivious.adapters.chat.events import Grown
from oblivious.adapters.chat.parts import Citation, Part, Text
from oblivious.adapters.dialects.openai_responses.translate.citations import write_citation
from oblivious.adapters.dialects.openai_responses.translate.logprobs import tokens_in
from oblivious.adapters.dialects.openai_responses.translate.output import Output, encode
from oblivious.adapters.lenient import Json


class Message:
    """The message that texts and refusals in a row are contents of."""

    __slots__ = ("_id", "_out", "contents", "where")

    def __init__(self, out: Output) -> None:
        self._out = out
        self._id = out.named("msg")
        self.where = out.where(self._id)
        self.contents: list[Json] = []

    def begin(self) -> bytes:
        """Begin the item."""
        return self._out.added(self._item("in_progress"))

    def end(self, status: str) -> bytes:
        """End the item."""
        return self._out.done(self._item(status))

    def _item(self, status: str) -> Json:
        head = {"type": "message", "id": self._id, "status": status, "role": "assistant"}
        return {**head, "content": self.contents}


class _Words(NamedTuple):
    """How a kind of content is named, and its words, and the events of both."""

    kind: str
    member: str
    delta: bytes
    done: bytes
    more: Json


_TEXT = _Words(
    "output_text",
    "text",
    b"response.output_text.delta",
    b"response.output_text.done",
    {"annotations": [], "logprobs": []},
)
_REFUSAL = _Words("refusal", "refusal", b"response.refusal.delta", b"response.refusal.done", {})


class Content:
    """A text or a refusal, in a message."""

    __slots__ = ("_citations", "_logprobs", "_message", "_out", "_said", "_where", "_words", "state")

    def __init__(self, out: Output, message: Message, value: Part) -> None:
        self._out = out
        self._message = message
        self._words = _TEXT if isinstance(value, Text) else _REFUSAL
        self._where = b'%b,"content_index":%d' % (message.where, len(message.contents))
        self._said: list[str] = []
        self._citations: list[Citation] = []
        self._logprobs: list[Json] = []
        self.state = value.state

    def grow(self, event: Grown) -> bytes:
        """See `Piece.grow`."""
        begun = b"" if self._said else self._begin()
        self._said.append(event.text)
        probs = b""
        if self._words is _TEXT:
            tokens = tokens_in(event.logprobs) if event.logprobs else []
            self._logprobs += tokens
            probs = b',"logprobs":%b' % encode(tokens)
        return begun + self._out.event(
            self._words.delta, b'%b,"delta":%b%b' % (self._where, encode(event.text), probs)
        )

    def cite(self, citation: Citation, /) -> bytes:
        """See `Piece.cite`; told at the end, when it is known which words rest on it."""
        self._citations.append(citation)
        return b""

    def close(self) -> bytes:
        """See `Piece.close`."""
        if not self._said:
            return b""
        said = "".join(self._said)
        content: Json = {"type": self._words.kind, self._words.member: said}
        told, done = b"", b'%b,"%b":%b' % (self._where, self._words.member.encode(), encode(said))
        if self._words is _TEXT:
            annotations = [each for each in (write_citation(one, said) for one in self._citations) if each]
            told = b"".join(self._annotated(place, each) for place, each in enumerate(annotations))
            done += b',"logprobs":%b' % encode(self._logprobs)
            content = {**content, "annotations": annotations, "logprobs": self._logprobs}
        self._message.contents.append(content)
        told += self._out.event(self._words.done, done)
        return told + self._out.event(
            b"response.content_part.done", b'%b,"part":%b' % (self._where, encode(content))
        )

    def _begin(self) -> bytes:
        begun = b"" if self._message.contents else self._message.begin()
        part = {"type": self._words.kind, self._words.member: "", **self._words.more}
        return begun + self._out.event(
            b"response.content_part.added", b'%b,"part":%b' % (self._where, encode(part))
        )

    def _annotated(self, place: int, annotation: Json) -> bytes:
        told = b'%b,"annotation_index":%d,"annotation":%b' % (self._where, place, encode(annotation))
        return self._out.event(b"response.output_text.annotation.added", told)
