"""An operator's instructions, said as the provider's dialect says them."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import UNSET

from oblivious.adapters.dialects.endpoint import (
    ANTHROPIC,
    BEDROCK,
    COHERE,
    GEMINI,
    OLLAMA,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
)
from oblivious.adapters.lenient import is_list, is_object
from oblivious.channels.shaping.document import Document

OVERRIDE, APPEND = "override", "append"

_ROLES = ("system", "developer")
_BETWEEN = "\n\n"
_MESSAGES, _INPUT, _INSTRUCTIONS, _SYSTEM = "messages", "input", "instructions", "system"
_CAMEL, _SNAKE = "systemInstruction", "system_instruction"
"""Gemini takes both spellings."""


def instruct(document: Document, dialect: str, text: str, mode: str) -> str:
    """Put instructions into a body; return the member they went to, empty if it has no place for them."""
    return SYSTEMS[dialect](document, text, mode)


def _in_messages(document: Document, text: str, mode: str) -> str:
    """Join them to the message that comes first: some providers take no second one of them."""
    messages = document.member(_MESSAGES)
    if not is_list(messages):
        return ""
    instructing = [message for message in messages if _instructs(message)]
    fresh = {"role": instructing[0]["role"] if instructing else _ROLES[0], "content": text}
    if mode == OVERRIDE:
        return document.put(_MESSAGES, [fresh, *_without(messages)])
    if not messages or not _instructs(messages[0]):
        return document.put(_MESSAGES, [fresh, *messages])
    content = _joined(messages[0].get("content"), {"type": "text", "text": text}, text, mode)
    if content is UNSET:
        return ""
    return document.put(_MESSAGES, [{**messages[0], "content": content}, *messages[1:]])


def _in_instructions(document: Document, text: str, mode: str) -> str:
    items = document.member(_INPUT)
    if mode == OVERRIDE and is_list(items) and len(others := _without(items)) < len(items):
        document.put(_INPUT, others)
    there = document.member(_INSTRUCTIONS)
    if there is not None and type(there) is not str:
        return ""
    return document.put(_INSTRUCTIONS, _joined(there, text, text, mode))


def _in_text_or_blocks(document: Document, text: str, mode: str) -> str:
    told = _joined(document.member(_SYSTEM), {"type": "text", "text": text}, text, mode)
    return "" if told is UNSET else document.put(_SYSTEM, told)


def _in_blocks(document: Document, text: str, mode: str) -> str:
    block = {"text": text}
    told = _joined(document.member(_SYSTEM), block, [block], mode)
    return "" if told is UNSET else document.put(_SYSTEM, told)


def _in_content(document: Document, text: str, mode: str) -> str:
    name = _SNAKE if _SNAKE in document.names() else _CAMEL
    there, part = document.member(name), {"text": text}
    if there is None or mode == OVERRIDE:
        return document.put(name, {"parts": [part]})
    if not is_object(there):
        return ""
    parts = there.get("parts")
    told = _joined([parts] if is_object(parts) else parts, part, [part], mode)
    return "" if told is UNSET else document.put(name, {**there, "parts": told})


def _instructs(message: Any) -> bool:
    return is_object(message) and message.get("role") in _ROLES


def _without(messages: list[Any]) -> list[Any]:
    return [message for message in messages if not _instructs(message)]


def _joined(there: Any, block: Any, fresh: Any, mode: str) -> Any:
    """Return `fresh` with what is there, a text or a list of blocks; UNSET where it is neither."""
    if mode == OVERRIDE or there is None or there == "":
        return fresh
    if type(there) is str and type(fresh) is str:
        return _BETWEEN.join((there, fresh) if mode == APPEND else (fresh, there))
    if is_list(there):
        return [*there, block] if mode == APPEND else [block, *there]
    return UNSET


SYSTEMS: Mapping[str, Callable[[Document, str, str], str]] = {
    OPENAI_CHAT: _in_messages,
    OPENAI_RESPONSES: _in_instructions,
    ANTHROPIC: _in_text_or_blocks,
    GEMINI: _in_content,
    BEDROCK: _in_blocks,
    OLLAMA: _in_messages,
    COHERE: _in_messages,
}
"""By dialect: what puts instructions into its bodies."""
