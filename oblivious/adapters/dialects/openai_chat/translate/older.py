"""The older way to call functions in chat: `functions`, `function_call`, messages of the role `function`.

It has one call at a time, and no ids (https://platform.openai.com/docs/api-reference/chat, read 2026-11-27).
"""

from collections.abc import Iterable, Mapping

import msgspec

from oblivious.adapters.chat.parts import Part, ToolCall, ToolResult
from oblivious.adapters.chat.request import Turn

ALONE = "call_function"
"""The id of a call that has none, until all are numbered."""

CALLED = "function_call"
"""The member of the call, and why an answer ended that makes one."""


def is_older(body: Mapping[str, object]) -> bool:
    """Whether a client has functions, and no tools: it looks for a call only where it knows it from."""
    return bool(body.get("functions")) and not body.get("tools")


def numbered(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Give each call an id of its own, and each result that of the call before it."""
    calls = 0

    def named(part: Part) -> Part:
        nonlocal calls
        if isinstance(part, ToolCall) and part.id == ALONE:
            calls += 1
            return msgspec.structs.replace(part, id=f"{ALONE}_{calls}")
        if isinstance(part, ToolResult) and part.call_id == ALONE:
            return msgspec.structs.replace(part, call_id=f"{ALONE}_{calls}")
        return part

    return tuple(msgspec.structs.replace(turn, parts=tuple(map(named, turn.parts))) for turn in turns)
