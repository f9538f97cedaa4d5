"""Parts of turns as they go up."""

from collections.abc import Callable
from typing import Any, NamedTuple

from oblivious.adapters.chat.arguments import as_object
from oblivious.adapters.chat.ids import legal_id
from oblivious.adapters.chat.parts import (
    Audio,
    File,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolResult,
    Video,
)
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.translate.legal_names import LegalNames
from oblivious.adapters.dialects.gemini.translate.media import write_medium
from oblivious.adapters.dialects.gemini.translate.parts import (
    ERROR,
    OUTPUT,
    RESULT,
    write_opaque,
)
from oblivious.adapters.dialects.gemini.translate.signatures import SIGNATURE
from oblivious.adapters.lenient import Json, object_in

_TOLD_APART = frozenset({RESULT, OUTPUT, ERROR})


class Setting(NamedTuple):
    """What the parts of one conversation are written by.

    Attributes:
        names: of functions, as they go up.
        called: the name of each call's function by its id, as the client says both; of an id that comes
            again, the last one.
        levelled: the model knows ids of calls, and media in results.
    """

    names: LegalNames
    called: dict[str, str]
    levelled: bool


def write_part(value: Part, setting: Setting) -> list[Json]:
    """Write one part of a turn: one or more of Gemini's, none for what it cannot be told.

    Raises:
        InvalidRequest: names a medium that cannot be given.
    """
    write = _WRITERS.get(type(value))
    written = write(value, setting) if write is not None else []
    if written and value.state is not None and value.state.origin == GEMINI:
        written[0] = {**written[0], SIGNATURE: value.state.data}
    return written


def _write_text(value: Any, _setting: Setting) -> list[Json]:
    return [{"text": value.text}] if value.text or _is_own(value) else []


def _write_reasoning(value: Reasoning, _setting: Setting) -> list[Json]:
    """Write thoughts that Gemini can check; those of others mean nothing to it."""
    return [{"text": value.text, "thought": True}] if _is_own(value) else []


def _write_medium(value: Any, _setting: Setting) -> list[Json]:
    return [write_medium(value)]


def _write_audio(value: Audio, _setting: Setting) -> list[Json]:
    if value.source.data or value.source.url or value.source.file_id:
        return [write_medium(value)]
    return [{"text": value.transcript}] if value.transcript else []


def _write_file(value: File, _setting: Setting) -> list[Json]:
    before: list[Json] = [{"text": value.context}] if value.context else []
    return [*before, {"text": value.source.text} if value.source.text else write_medium(value)]


def _write_call(value: ToolCall, setting: Setting) -> list[Json]:
    named = {"id": legal_id(value.id)} if setting.levelled else {}
    return [{"functionCall": {**named, "name": setting.names.upstream(value.name), "args": as_object(value)}}]


def _write_result(value: ToolResult, setting: Setting) -> list[Json]:
    name = setting.called.get(value.call_id) or value.name or value.call_id
    response: Json = {"name": setting.names.upstream(name), "response": _response(value)}
    media = [
        piece
        for each in value.content
        if not isinstance(each, Text) and not _has_words(each)
        for piece in write_part(each, setting)
    ]
    if not setting.levelled:
        return [{"functionResponse": response}, *media]
    response = {"id": legal_id(value.call_id), **response}
    return [{"functionResponse": response | ({"parts": media} if media else {})}]


def _response(result: ToolResult) -> Json:
    """Return a result as an object: its own where it is one, else a member that holds its words."""
    words = "\n".join(filter(None, map(_words_of, result.content)))
    if result.failed:
        return {ERROR: words}
    given = object_in(words.encode("utf-8", "replace"))
    if given is None:
        return {RESULT: words}
    is_ambiguous = len(given) == 1 and not _TOLD_APART.isdisjoint(given)
    return {RESULT: given} if is_ambiguous else given


def _words_of(value: Part) -> str:
    if isinstance(value, Text | Refusal):
        return value.text
    return value.source.text if isinstance(value, File) else ""


def _has_words(value: Part) -> bool:
    return isinstance(value, Refusal) or (isinstance(value, File) and bool(value.source.text))


def _write_opaque(value: Opaque, _setting: Setting) -> list[Json]:
    written = write_opaque(value)
    return [written] if written is not None else []


def _is_own(value: Part) -> bool:
    return value.state is not None and value.state.origin == GEMINI


_WRITERS: dict[type[Part], Callable[[Any, Setting], list[Json]]] = {
    Text: _write_text,
    Refusal: _write_text,
    Reasoning: _write_reasoning,
    Image: _write_medium,
    Video: _write_medium,
    Audio: _write_audio,
    File: _write_file,
    ToolCall: _write_call,
    ToolResult: _write_result,
    Opaque: _write_opaque,
}
