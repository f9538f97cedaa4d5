"""Tool calls as the events of items."""

from typing import NamedTuple

from oblivious.adapters.chat.events import Grown
from oblivious.adapters.chat.parts import Citation, ToolCall
from oblivious.adapters.dialects.openai_responses.translate.output import Output, encode
from oblivious.adapters.lenient import Json


class _Called(NamedTuple):
    """How a kind of call is named, and its words, and the events of them."""

    kind: str
    prefix: str
    member: str
    delta: bytes
    done: bytes


_FUNCTION = _Called(
    "function_call",
    "fc",
    "arguments",
    b"response.function_call_arguments.delta",
    b"response.function_call_arguments.done",
)
_CUSTOM = _Called(
    "custom_tool_call",
    "ctc",
    "input",
    b"response.custom_tool_call_input.delta",
    b"response.custom_tool_call_input.done",
)


class Call:
    """A tool call.

    Attributes:
        call_id: what its result will name.
    """

    __slots__ = ("_head", "_kind", "_out", "_said", "_where", "call_id", "state")

    def __init__(self, out: Output, value: ToolCall) -> None:
        self._out = out
        self._kind = _CUSTOM if value.custom else _FUNCTION
        item_id = out.named(self._kind.prefix)
        space = out.spaces.get(value.name)
        named = {"name": value.name} if space is None else {"name": space[1], "namespace": space[0]}
        self.call_id = value.id or item_id
        self._head: Json = {"type": self._kind.kind, "id": item_id, "call_id": self.call_id, **named}
        self._where = out.where(item_id)
        self._said: list[str] = []
        self.state = value.state

    def begin(self) -> bytes:
        """Begin the item."""
        return self._out.added({**self._head, self._kind.member: "", "status": "in_progress"})

    def grow(self, event: Grown) -> bytes:
        """See `Piece.grow`."""
        self._said.append(event.text)
        return self._out.event(self._kind.delta, b'%b,"delta":%b' % (self._where, encode(event.text)))

    def cite(self, _citation: Citation, /) -> bytes:
        """See `Piece.cite`."""
        return b""

    def close(self) -> bytes:
        """See `Piece.close`; arguments that never came are an empty object."""
        told = b""
        if self._kind is _FUNCTION and not any(self._said):
            told = self.grow(Grown(0, 0, "{}"))
        said = "".join(self._said)
        done = b'%b,"%b":%b' % (self._where, self._kind.member.encode(), encode(said))
        if self._kind is _FUNCTION:
            done += b',"name":%b' % encode(self._head["name"])
        told += self._out.event(self._kind.done, done)
        return told + self._out.done({**self._head, self._kind.member: said, "status": "completed"})
