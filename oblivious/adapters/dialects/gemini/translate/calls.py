"""Ids for calls that have none: older models name only the functions, and answer in their order."""

import msgspec

from oblivious.adapters.chat.ids import legal_id
from oblivious.adapters.chat.parts import Part, ToolCall, ToolResult


class Calls:
    """The calls of one conversation that wait for their results."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str]] = []

    def known(self, value: Part, turn: int, place: int) -> Part:
        """Return a part that stands at this place of this turn; a call or a result has an id then."""
        if isinstance(value, ToolCall):
            call = value if value.id else msgspec.structs.replace(value, id=_made(value.name, turn, place))
            self._waiting.append((call.id, call.name))
            return call
        if isinstance(value, ToolResult):
            return msgspec.structs.replace(value, call_id=self._answered(value, turn, place))
        return value

    def _answered(self, result: ToolResult, turn: int, place: int) -> str:
        """Return the id of the call that a result is for: its own, else of the first one by its name."""
        waiting = self._waiting
        found = next((at for at, (call_id, _) in enumerate(waiting) if call_id == result.call_id), None)
        if found is None:
            found = next((at for at, (_, name) in enumerate(waiting) if name == result.name), None)
        if found is not None:
            return waiting.pop(found)[0]
        return result.call_id or _made(result.name, turn, place)


def _made(name: str, turn: int, place: int) -> str:
    return legal_id(f"call_{turn}_{place}_{name}")
