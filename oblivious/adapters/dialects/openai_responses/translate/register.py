"""Which item an event speaks of: by its id, else by its place, else the one that came last.

Some vendors give an item another id in every event, some give every item the same place, some give neither.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

from oblivious.adapters.chat.events import ChatEvent, Given
from oblivious.adapters.chat.parts import Opaque
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.answer_reader import text_of
from oblivious.adapters.dialects.openai_responses.translate.heard import Call, Item, Message, Thought
from oblivious.adapters.lenient import Json, decoded, parts

Kind = type[Message] | type[Thought] | type[Call]

_KINDS: dict[str, Kind] = {
    "message": Message,
    "reasoning": Thought,
    "function_call": Call,
    "custom_tool_call": Call,
}


class Register:
    """The items of one stream; those of unknown types are given when they are complete."""

    __slots__ = ("_by_id", "_by_index", "_given", "_items", "_plan", "_take")

    def __init__(self, plan: UpstreamPlan) -> None:
        self._plan = plan
        self._take = count().__next__
        self._given = False
        self._items: list[Item] = []
        self._by_id: dict[str, Item] = {}
        self._by_index: dict[int, Item] = {}

    @property
    def called(self) -> bool:
        """Whether a tool was called."""
        return any(isinstance(item, Call) and item.opened for item in self._items)

    def find(self, item_id: Any, index: Any) -> Item | None:
        """Return the item that is meant, None for a new one."""
        found = self._by_id.get(item_id) if isinstance(item_id, str) else None
        if found is not None:
            return found
        if isinstance(index, int):
            return self._by_index.get(index)
        return self._items[-1] if self._items else None

    def growing(self, kind: Kind, item_id: Any, index: Any) -> Item:
        """Return the item of a kind that is meant and is not complete; a new one if there is none."""
        found = self.find(item_id, index)
        return found if isinstance(found, kind) and not found.ended else self._new(kind, item_id, index)

    def add(self, given: Json, index: Any) -> Iterator[ChatEvent]:
        """Take the beginning of an item."""
        kind = _KINDS.get(text_of(given.get("type")))
        if kind is not None:
            item = self._new(kind, given.get("id"), index)
            if isinstance(item, Call):
                yield from item.open(given)

    def end(self, given: Json, index: Any) -> Iterator[ChatEvent]:
        """Take a complete item."""
        name = text_of(given.get("type"))
        kind = _KINDS.get(name)
        if kind is not None:
            item = self._ending(kind, given.get("id"), index)
            if item is not None:
                yield from item.end(given)
        elif name:
            self._given = True
            yield Given(0, self._take(), Opaque(origin=OPENAI_RESPONSES, kind=name, value=given))

    def end_all(self, output: Any) -> Iterator[ChatEvent]:
        """End what is open; `output` is the whole of the answer, undecoded, for what no event told."""
        told = self._given or bool(self._items)
        if not told or any(not item.ended for item in self._items):
            for place, given in enumerate(parts(decoded(output))):
                item = self.find(given.get("id"), place)
                if not told or (item is not None and not item.ended):
                    yield from self.end(given, place)
        for item in self._items:
            if not item.ended:
                yield from item.end(None)

    def _ending(self, kind: Kind, item_id: Any, index: Any) -> Item | None:
        """Return the item to end, None if it is ended already."""
        found = self.find(item_id, index)
        if not isinstance(found, kind):
            return self._new(kind, item_id, index)
        if not found.ended:
            return found
        unknown = isinstance(item_id, str) and item_id not in self._by_id
        return self._new(kind, item_id, index) if unknown else None

    def _new(self, kind: Kind, item_id: Any, index: Any) -> Item:
        item = kind(self._take, self._plan)
        self._items.append(item)
        if isinstance(item_id, str):
            self._by_id[item_id] = item
        if isinstance(index, int):
            self._by_index[index] = item
        return item
