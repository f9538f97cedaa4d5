"""Where a cached beginning ends: a point behind what is marked, where models take one."""

from collections.abc import Iterator

from oblivious.adapters.chat.parts import CacheMark, Part, ToolResult
from oblivious.adapters.lenient import Json, is_list, is_object, part, parts

POINT = "cachePoint"
_TTLS = frozenset({"5m", "1h"})
_MOST = 4
"""Points that one request may have (the Bedrock guide's page on prompt caching, 2026-11)."""


def point(mark: CacheMark) -> Json:
    """Return the point that stands for a mark; an unknown lifetime is left to the model."""
    return {POINT: {"type": "default", **({"ttl": mark.ttl} if mark.ttl in _TTLS else {})}}


def mark_of(value: Part) -> CacheMark | None:
    """Return the mark of a part, or of the last part in a tool's result."""
    if value.cache is None and isinstance(value, ToolResult):
        return next((each.cache for each in reversed(value.content) if each.cache is not None), None)
    return value.cache


def keep_last_points(body: Json) -> None:
    """Take points away from the beginning of a request until it has no more than it may have."""
    places = [(blocks, block) for blocks in _lists(body) for block in blocks if _is_point(block)]
    for blocks, block in places[:-_MOST]:
        # By identity: points look alike.
        del blocks[next(place for place, each in enumerate(blocks) if each is block)]


def _lists(body: Json) -> Iterator[list[Json]]:
    """Yield what may have points in it, in the order in which it is read."""
    contents = [message.get("content") for message in parts(body.get("messages"))]
    for value in (part(body.get("toolConfig")).get("tools"), body.get("system"), *contents):
        if is_list(value):
            yield value


def _is_point(block: object) -> bool:
    return is_object(block) and POINT in block
