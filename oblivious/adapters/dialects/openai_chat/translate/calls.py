"""How chunks tell a call: as one of many tools, or as the only function of the older way."""

from typing import Protocol

from oblivious.adapters.chat.parts import ToolCall
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.openai_chat.translate.messages_writer import signature_of
from oblivious.adapters.dialects.openai_chat.translate.older import CALLED
from oblivious.adapters.lenient import Json


class TellsCall(Protocol):
    """Says a call piece by piece, each as a delta; an empty one is not worth a chunk."""

    def begun(self, call: ToolCall) -> Json:
        """Return what is called."""
        ...

    def grown(self, text: str) -> Json:
        """Return more of its arguments."""
        ...

    def signed(self, state: State) -> Json:
        """Return the state that the client is to bring back."""
        ...

    def closed(self) -> Json:
        """Return what is still to be said: arguments that never came are an empty object."""
        ...


def call_teller(call: ToolCall, index: int, *, older: bool) -> TellsCall:
    """Return what tells the call with this index to a client."""
    return _Function(index) if older else _Tool(index, custom=call.custom)


class _Tool:
    __slots__ = ("_argued", "_index", "_piece", "_word")

    def __init__(self, index: int, *, custom: bool) -> None:
        self._index = index
        self._argued = custom
        self._word, self._piece = ("custom", "input") if custom else ("function", "arguments")

    def begun(self, call: ToolCall) -> Json:
        said: Json = {"index": self._index, "id": call.id, "type": self._word}
        said[self._word] = {"name": call.name, self._piece: ""}
        return {"tool_calls": [said | signature_of(call)]}

    def grown(self, text: str) -> Json:
        self._argued = True
        return {"tool_calls": [{"index": self._index, self._word: {self._piece: text}}]}

    def signed(self, state: State) -> Json:
        carried = signature_of(ToolCall(id="", name="", state=state))
        return {"tool_calls": [{"index": self._index, "function": {"arguments": ""}, **carried}]}

    def closed(self) -> Json:
        return {} if self._argued else self.grown("{}")


class _Function:
    """Only the first call has a place; a state has none."""

    __slots__ = ("_argued", "_first")

    def __init__(self, index: int) -> None:
        self._argued = False
        self._first = index == 0

    def begun(self, call: ToolCall) -> Json:
        return {CALLED: {"name": call.name, "arguments": ""}} if self._first else {}

    def grown(self, text: str) -> Json:
        self._argued = True
        return {CALLED: {"arguments": text}} if self._first else {}

    def signed(self, state: State) -> Json:  # noqa: ARG002 - as the other one
        return {}

    def closed(self) -> Json:
        return {} if self._argued else self.grown("{}")
