"""The output of a response as it grows: numbered events, and the items that are complete."""

from typing import Any

import msgspec

from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.carried import carried
from oblivious.adapters.dialects.openai_responses.translate.names import Spaces, spaces_of
from oblivious.adapters.lenient import Json

encode = msgspec.json.Encoder().encode

_LONGEST_EXCHANGE = 52
"""So that no id has more than 64 characters."""


class Output:
    """Writes events; keeps items for the response that ends the stream.

    Attributes:
        items: those that are complete, encoded.
        spaces: where the client's tools are from.
        wants_state: the client takes encrypted reasoning.
    """

    __slots__ = ("_exchange", "_number", "items", "spaces", "wants_state")

    def __init__(self, plan: ClientPlan) -> None:
        own = plan.request.origin == OPENAI_RESPONSES
        self._exchange = plan.exchange_id[:_LONGEST_EXCHANGE]
        self._number = 0
        self.items: list[bytes] = []
        self.spaces: Spaces = spaces_of(plan.request.tools) if own else {}
        self.wants_state = plan.wants_state

    def event(self, kind: bytes, members: bytes) -> bytes:
        """Return one event; `members` are JSON without braces."""
        number = self._number
        self._number = number + 1
        return b'event: %b\ndata: {"type":"%b","sequence_number":%d,%b}\n\n' % (kind, kind, number, members)

    def named(self, prefix: str) -> str:
        """Return the id of the item that comes next."""
        return f"{prefix}_{self._exchange}_{len(self.items)}"

    def where(self, item_id: str) -> bytes:
        """Return the members that say which item an event is about."""
        return b'"item_id":"%b","output_index":%d' % (item_id.encode(), len(self.items))

    def added(self, item: Json) -> bytes:
        """Begin an item."""
        return self._item(b"response.output_item.added", encode(item))

    def done(self, item: Json) -> bytes:
        """End the item, and keep it."""
        told = encode(item)
        event = self._item(b"response.output_item.done", told)
        self.items.append(told)
        return event

    def at_once(self, item: Any) -> bytes:
        """Tell an item that comes whole."""
        return self.added(item) + self.done(item)

    def carrier(self, state: State, call_id: str = "") -> bytes:
        """Tell the state of a call or of a text, right after it."""
        item: Json = {"type": "reasoning", "id": self.named("rs"), "summary": []}
        return self.at_once({**item, "encrypted_content": carried(state, call_id)})

    def picture(self, data: str) -> bytes:
        """Tell a picture that a model made: base64."""
        item = {
            "type": "image_generation_call",
            "id": self.named("ig"),
            "status": "completed",
            "result": data,
        }
        return self.at_once(item)

    def _item(self, kind: bytes, item: bytes) -> bytes:
        return self.event(kind, b'"output_index":%d,"item":%b' % (len(self.items), item))
