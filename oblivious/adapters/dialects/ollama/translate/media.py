"""Media as an upstream takes them: base64 alone, whatever it is of, or words.

A server looks at the bytes themselves, and takes sounds where it takes pictures (its chat completions do the
same with `input_audio`; its source, read 2026-11-27).
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from oblivious.adapters.chat.media import kind_of
from oblivious.adapters.chat.parts import Audio, File, Image, Part, Refusal, Source, Text, Video
from oblivious.adapters.dialects.endpoint import OLLAMA
from oblivious.contracts.errors import InvalidRequest

_TEXTUAL = frozenset({"application/json", "application/xml", "application/x-yaml", "application/csv"})


def words_of(part: Part) -> str:
    """Return what a part says in words, empty where it is to be looked at or heard.

    Raises:
        InvalidRequest: it is a file of a kind that Ollama does not read.
    """
    read = _WORDS.get(type(part))
    return "" if read is None else read(part)


def media_of(part: Part) -> list[str]:
    """Return the base64 of a picture or a sound, nothing for what has neither.

    Raises:
        InvalidRequest: it is nowhere that Ollama could look.
    """
    read = _MEDIA.get(type(part))
    return [] if read is None else read(part)


def _text(part: Any) -> str:
    words: str = part.text
    return words


def _transcript(part: Audio) -> str:
    return part.transcript


def _file_words(part: File) -> str:
    if _is_picture(part):
        return ""
    words = part.source.text or _decoded(part.source)
    return "\n\n".join(filter(None, (part.name, part.context, words)))


def _decoded(source: Source) -> str:
    kind = kind_of(source)
    if not source.data:
        raise _nowhere("a file")
    if not kind.startswith("text/") and kind not in _TEXTUAL:
        raise InvalidRequest(
            f"a file of the type {kind!r} cannot be given here: the model is served through {OLLAMA}, "
            "which reads plain text",
            param="messages",
        )
    try:
        return base64.b64decode(source.data).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest("the data of a file is not base64", param="messages") from error


def _picture(part: Image) -> list[str]:
    return [_data(part.source, "an image")]


def _sound(part: Audio) -> list[str]:
    return [] if part.transcript else [_data(part.source, "a sound")]


def _picture_in(part: File) -> list[str]:
    return [_data(part.source, "an image")] if _is_picture(part) else []


def _film(_part: Video) -> list[str]:
    raise InvalidRequest(
        f"video cannot be given here: the model is served through {OLLAMA}, which takes none",
        param="messages",
    )


def _data(source: Source, what: str) -> str:
    if not source.data:
        raise _nowhere(what)
    return source.data


def _nowhere(what: str) -> InvalidRequest:
    return InvalidRequest(
        f"{what} must be given as data here: the model is served through {OLLAMA}", param="messages"
    )


def _is_picture(part: File) -> bool:
    return part.source.media_type.lower().startswith("image/")


_WORDS: dict[type[Part], Callable[[Any], str]] = {
    Text: _text,
    Refusal: _text,
    Audio: _transcript,
    File: _file_words,
}
_MEDIA: dict[type[Part], Callable[[Any], list[str]]] = {
    Image: _picture,
    Audio: _sound,
    File: _picture_in,
    Video: _film,
}
