"""Blocks of a client's messages as neutral parts."""

from collections.abc import Callable
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import (
    File,
    Image,
    Opaque,
    Part,
    Reasoning,
    Source,
    Text,
    ToolCall,
    ToolResult,
)
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.anthropic.translate.caching import read_mark
from oblivious.adapters.dialects.anthropic.translate.citations import read_citations
from oblivious.adapters.dialects.anthropic.translate.origins import REDACTED, reunited, thought
from oblivious.adapters.dialects.anthropic.translate.sources import read_source
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.fields import flag, items, members, text, wrong
from oblivious.adapters.lenient import Json, part, parts

Reader = Callable[[Json, str], Part]


def read_content(value: Any, name: str) -> tuple[Part, ...]:
    """Read a message's content: a text, or a list of blocks.

    Raises:
        InvalidRequest: names the block that is wrong.
    """
    return tuple(reunited(_read(value, name, _READERS)))


def read_text(value: Json, name: str) -> Text:
    """Read one block of text."""
    return Text(
        text=text(value.get("text"), f"{name}.text"),
        citations=tuple(read_citations(value.get("citations"))),
        cache=read_mark(value),
    )


def _read(value: Any, name: str, readers: dict[str, Reader]) -> list[Part]:
    if isinstance(value, str):
        return [Text(text=value)] if value else []
    found = [_read_block(item, f"{name}[{place}]", readers) for place, item in enumerate(items(value, name))]
    return [each for each in found if not (isinstance(each, Text) and not each.text)]


def _read_block(value: Any, name: str, readers: dict[str, Reader]) -> Part:
    if isinstance(value, str):
        return Text(text=value)
    block = members(value, name)
    kind = text(block.get("type"), f"{name}.type")
    if not kind:
        raise wrong(f"{name}.type", "a kind of block")
    return readers.get(kind, _read_opaque)(block, name)


def _read_opaque(block: Json, _name: str) -> Part:
    return Opaque(origin=ANTHROPIC, kind=str(block.get("type") or ""), value=block)


def _read_image(block: Json, name: str) -> Part:
    source = read_source(block.get("source"), f"{name}.source")
    return _read_opaque(block, name) if source is None else Image(source=source, cache=read_mark(block))


def _read_document(block: Json, name: str) -> Part:
    source = read_source(block.get("source"), f"{name}.source")
    if source is None:
        return _read_opaque(block, name)
    return File(
        source=source,
        name=text(block.get("title"), f"{name}.title"),
        context=text(block.get("context"), f"{name}.context"),
        cited=part(block.get("citations")).get("enabled") is True,
        cache=read_mark(block),
    )


def _read_search_result(block: Json, name: str) -> Part:
    """Read what a client's own search found: to other dialects it is a document."""
    words = [text(each.get("text"), f"{name}.content") for each in parts(block.get("content"))]
    return File(
        source=Source(text="\n".join(words)),
        name=text(block.get("title"), f"{name}.title"),
        context=text(block.get("source"), f"{name}.source"),
        cited=part(block.get("citations")).get("enabled") is True,
        cache=read_mark(block),
    )


def _read_thinking(block: Json, name: str) -> Part:
    words = text(block.get("thinking"), f"{name}.thinking")
    return thought(words, text(block.get("signature"), f"{name}.signature"))


def _read_redacted(block: Json, name: str) -> Part:
    return Reasoning(state=State(REDACTED, text(block.get("data"), f"{name}.data")))


def _read_call(block: Json, name: str) -> Part:
    return ToolCall(
        id=_needed(block, "id", name),
        name=_needed(block, "name", name),
        arguments=msgspec.json.encode(members(block.get("input"), f"{name}.input")).decode(),
        cache=read_mark(block),
    )


def _read_result(block: Json, name: str) -> Part:
    return ToolResult(
        call_id=_needed(block, "tool_use_id", name),
        content=tuple(_read(block.get("content"), f"{name}.content", _IN_RESULTS)),
        failed=flag(block.get("is_error"), f"{name}.is_error") or False,
        cache=read_mark(block),
    )


def _needed(block: Json, member: str, name: str) -> str:
    found = text(block.get(member), f"{name}.{member}")
    if not found:
        raise wrong(f"{name}.{member}", "a string that is not empty")
    return found


_IN_RESULTS: dict[str, Reader] = {
    "text": read_text,
    "image": _read_image,
    "document": _read_document,
    "search_result": _read_search_result,
}

_READERS: dict[str, Reader] = {
    **_IN_RESULTS,
    "thinking": _read_thinking,
    "redacted_thinking": _read_redacted,
    "tool_use": _read_call,
    "tool_result": _read_result,
}
