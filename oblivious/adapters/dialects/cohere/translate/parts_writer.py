"""Neutral parts as blocks of a message."""

from collections.abc import Callable
from typing import Any

from oblivious.adapters.chat.media import url_of
from oblivious.adapters.chat.parts import Audio, File, Image, Part, Refusal, Text, Video
from oblivious.adapters.chat.request import Role
from oblivious.adapters.dialects.cohere.translate.documents import inline
from oblivious.adapters.dialects.endpoint import COHERE
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

_DETAILS = {"low": "low", "high": "high", "original": "high", "auto": "auto"}


def write_block(part: Part, role: Role) -> Json | None:
    """Write a part as a block; None for what has no place there: blank texts, what an assistant drew ...

    Raises:
        InvalidRequest: names what a user shows and Cohere has no words for.
    """
    if role == "assistant" and not isinstance(part, Text | Refusal | Audio):
        return None
    write = _WRITERS.get(type(part))
    return None if write is None else write(part)


def text_block(words: str) -> Json | None:
    """Return a block of words; Cohere refuses blank ones."""
    return {"type": "text", "text": words} if words.strip() else None


def _write_text(part: Any) -> Json | None:
    return text_block(part.text)


def _write_image(part: Any) -> Json:
    if part.source.file_id:
        raise InvalidRequest(
            f"an image cannot be given by a file's id here: the model is served through {COHERE}",
            param="messages",
        )
    detail = _DETAILS.get(part.detail)
    image = {"url": url_of(part.source, "image/png")} | ({"detail": detail} if detail else {})
    return {"type": "image_url", "image_url": image}


def _write_file(part: Any) -> Json | None:
    return text_block(inline(part))


def _write_audio(part: Any) -> Json | None:
    if part.transcript:
        return text_block(part.transcript)
    raise _untaken("audio")


def _write_video(_part: Any) -> Json:
    raise _untaken("video")


def _untaken(kind: str) -> InvalidRequest:
    return InvalidRequest(
        f"{kind} cannot be given here: the model is served through {COHERE}, which takes none",
        param="messages",
    )


_WRITERS: dict[type[Part], Callable[[Any], Json | None]] = {
    Text: _write_text,
    Refusal: _write_text,
    Image: _write_image,
    File: _write_file,
    Audio: _write_audio,
    Video: _write_video,
}
