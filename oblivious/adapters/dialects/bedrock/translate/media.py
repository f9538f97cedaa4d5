"""Images, films, sounds and documents, as Bedrock takes them: data or objects in S3, of known formats."""

import base64
from collections.abc import Mapping
from typing import Any

from oblivious.adapters.chat.media import kind_of
from oblivious.adapters.chat.parts import Audio, File, Image, Source, Video
from oblivious.adapters.dialects.endpoint import BEDROCK
from oblivious.adapters.lenient import Json
from oblivious.contracts.errors import InvalidRequest

S3 = "s3://"

_IMAGES = {"": "png", "image/png": "png", "image/jpeg": "jpeg", "image/jpg": "jpeg"} | {
    "image/gif": "gif",
    "image/webp": "webp",
}
_FILMS = {
    "": "mp4",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/webm": "webm",
    "video/x-flv": "flv",
    "video/mpeg": "mpeg",
    "video/x-ms-wmv": "wmv",
    "video/3gpp": "three_gp",
}
_SOUNDS = {
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
    "audio/opus": "opus",
    "audio/aac": "aac",
    "audio/mp4": "mp4",
    "audio/webm": "webm",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_DOCUMENTS = {
    "": "pdf",
    "application/pdf": "pdf",
    "text/csv": "csv",
    "application/csv": "csv",
    "application/msword": "doc",
    f"{_OFFICE}wordprocessingml.document": "docx",
    "application/vnd.ms-excel": "xls",
    f"{_OFFICE}spreadsheetml.sheet": "xlsx",
    "text/html": "html",
    "text/markdown": "md",
    "application/json": "txt",
    "application/xml": "txt",
    "application/x-yaml": "txt",
}
"""Media types to the formats of botocore 1.44.8 (read 2026-11-27)."""


def write_image(image: Image) -> Json:
    """Write an image.

    Raises:
        InvalidRequest: of a kind, or in a place, that Bedrock does not read.
    """
    return {"image": {"format": _format(image.source, _IMAGES, "an image"), "source": _source(image.source)}}


def write_video(video: Video) -> Json:
    """Write a film.

    Raises:
        InvalidRequest: see `write_image`.
    """
    return {"video": {"format": _format(video.source, _FILMS, "a video"), "source": _source(video.source)}}


def write_audio(audio: Audio) -> Json:
    """Write a sound.

    Raises:
        InvalidRequest: see `write_image`.
    """
    kind = audio.format or _format(audio.source, _SOUNDS, "a sound")
    return {"audio": {"format": kind, "source": _source(audio.source)}}


def write_document(file: File, number: int) -> Json:
    """Write a document under a name that says nothing, since models may take a name for instructions.

    Raises:
        InvalidRequest: see `write_image`.
    """
    source = file.source
    if kind_of(source).startswith("image/"):
        return write_image(Image(source=source))
    if source.text:
        source = Source(data=base64.b64encode(source.text.encode("utf-8", "replace")).decode())
        kind = "txt"
    else:
        kind = _document_format(source)
    document: Json = {"format": kind, "name": f"Document {number}", "source": _source(source)}
    if file.context:
        document["context"] = file.context
    if file.cited:
        document["citations"] = {"enabled": True}
    return {"document": document}


def _document_format(source: Source) -> str:
    kind = kind_of(source)
    if kind.startswith("text/") and kind not in _DOCUMENTS:
        return "txt"
    return _format(source, _DOCUMENTS, "a file")


def _format(source: Source, formats: Mapping[str, str], what: str) -> str:
    kind = kind_of(source)
    if kind not in formats:
        raise InvalidRequest(
            f"{what} of the type {kind!r} cannot be given here: the model is served through {BEDROCK}",
            param="messages",
        )
    return formats[kind]


def _source(source: Source) -> dict[str, Any]:
    if source.data:
        return {"bytes": source.data}
    if source.url.startswith(S3):
        return {"s3Location": {"uri": source.url}}
    raise InvalidRequest(
        f"a medium must be data or an {S3} URL here: the model is served through {BEDROCK}", param="messages"
    )
