"""A response as the events of a stream."""

from collections.abc import Iterator
from itertools import count

from oblivious.demo.dialects.responses.items import Change, Item
from oblivious.demo.reply import Event, Json, named_event


def events(opening: Json, response: Json, items: list[Item]) -> Iterator[Event]:
    """Yield the numbered events that lead from `opening` to `response`."""
    for number, change in zip(count(), _changes(opening, response, items), strict=False):
        told = bool(change.members.get("response", {}).get("usage"))
        numbered = {"type": change.type, "sequence_number": number, **change.members}
        yield named_event(numbered, output=change.output, usage=told)


def _changes(opening: Json, response: Json, items: list[Item]) -> Iterator[Change]:
    yield Change("response.created", {"response": opening})
    yield Change("response.in_progress", {"response": opening})
    for index, item in enumerate(items):
        yield Change("response.output_item.added", {"output_index": index, "item": item.start})
        place = {"item_id": item.whole["id"], "output_index": index}
        for change in item.changes:
            yield Change(change.type, {**place, **change.members}, change.output)
        yield Change("response.output_item.done", {"output_index": index, "item": item.whole})
    yield Change(f"response.{response['status']}", {"response": response})
