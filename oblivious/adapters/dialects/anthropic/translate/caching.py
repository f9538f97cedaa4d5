"""Cache marks, in both directions."""

from collections.abc import Iterable, Iterator

from oblivious.adapters.chat.parts import CacheMark
from oblivious.adapters.lenient import Json, part, parts

CONTROL = "cache_control"
_TTLS = frozenset({"5m", "1h"})
_MOST = 4
"""Marks that one request may have (Anthropic's guide to prompt caching, 2026-11)."""


def read_mark(value: Json) -> CacheMark | None:
    """Return the mark of a block or a tool."""
    mark = value.get(CONTROL)
    if not mark:
        return None
    ttl = part(mark).get("ttl")
    return CacheMark(ttl if isinstance(ttl, str) else "")


def write_mark(mark: CacheMark | None) -> Json:
    """Return the member that marks a block, none without a mark; an unknown lifetime is left to Anthropic."""
    if mark is None:
        return {}
    return {CONTROL: {"type": "ephemeral", "ttl": mark.ttl} if mark.ttl in _TTLS else {"type": "ephemeral"}}


def keep_last_marks(body: Json) -> None:
    """Take marks away from the beginning of a request until it has no more than it may have."""
    marked = [value for value in _markable(body) if CONTROL in value]
    for value in marked[:-_MOST]:
        del value[CONTROL]


def _markable(body: Json) -> Iterator[Json]:
    """Yield what may have a mark, in the order in which it is read."""
    yield from parts(body.get("tools"))
    yield from parts(body.get("system"))
    yield from _blocks(message.get("content") for message in parts(body.get("messages")))


def _blocks(contents: Iterable[object]) -> Iterator[Json]:
    for content in contents:
        for block in parts(content):
            if block.get("type") == "tool_result":
                yield from parts(block.get("content"))
            yield block
