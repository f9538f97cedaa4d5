"""Reasoning as the events of an item."""

from oblivious.adapters.chat.events import Grown
from oblivious.adapters.chat.parts import Citation, Part
from oblivious.adapters.chat.state import written
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.output import Output, encode
from oblivious.adapters.lenient import Json


class Thought:
    """Reasoning, told as a summary."""

    __slots__ = ("_id", "_out", "_said", "_where", "state")

    def __init__(self, out: Output, value: Part) -> None:
        self._out = out
        self._id = out.named("rs")
        self._where = out.where(self._id) + b',"summary_index":0'
        self._said: list[str] = []
        self.state = value.state

    def grow(self, event: Grown) -> bytes:
        """See `Piece.grow`."""
        begun = b""
        if not self._said:
            begun = self._out.added({"type": "reasoning", "id": self._id, "summary": []})
            begun += self._out.event(b"response.reasoning_summary_part.added", self._part(""))
        self._said.append(event.text)
        delta = b'%b,"delta":%b' % (self._where, encode(event.text))
        return begun + self._out.event(b"response.reasoning_summary_text.delta", delta)

    def cite(self, _citation: Citation, /) -> bytes:
        """See `Piece.cite`."""
        return b""

    def close(self) -> bytes:
        """See `Piece.close`; what has no words is told for its state alone."""
        said = "".join(self._said)
        item: Json = {"type": "reasoning", "id": self._id, "summary": []}
        if self._out.wants_state:
            item["encrypted_content"] = None if self.state is None else written(self.state, OPENAI_RESPONSES)
        if not said:
            return self._out.at_once(item) if item.get("encrypted_content") else b""
        item["summary"] = [{"type": "summary_text", "text": said}]
        done = b'%b,"text":%b' % (self._where, encode(said))
        return (
            self._out.event(b"response.reasoning_summary_text.done", done)
            + self._out.event(b"response.reasoning_summary_part.done", self._part(said))
            + self._out.done(item)
        )

    def _part(self, said: str) -> bytes:
        return b'%b,"part":%b' % (self._where, encode({"type": "summary_text", "text": said}))
