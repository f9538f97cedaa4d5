"""Where images and documents are, in both directions."""

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any

from oblivious.adapters.chat.media import kind_of
from oblivious.adapters.chat.parts import File, Source
from oblivious.adapters.dialects.fields import members, text, wrong
from oblivious.adapters.lenient import Json, parts
from oblivious.contracts.errors import InvalidRequest

_PDF = "application/pdf"
_PLAIN = "text/plain"
_PNG = "image/png"
_TEXTUAL = frozenset({"application/json", "application/xml", "application/x-yaml", "application/csv"})
_SPELLINGS = {"image/jpg": "image/jpeg"}
_WEB = ("http://", "https://")


def read_source(value: Any, name: str) -> Source | None:
    """Read the `source` of a block; None where it is of a kind that only Anthropic knows.

    Raises:
        InvalidRequest: names the member that is missing or wrong.
    """
    given = members(value, name)
    read = _READERS.get(text(given.get("type"), f"{name}.type"))
    return None if read is None else read(given, name)


def _needed(given: Json, member: str, name: str) -> str:
    found = text(given.get(member), f"{name}.{member}")
    if not found:
        raise wrong(f"{name}.{member}", "a string that is not empty")
    return found


def _read_data(given: Json, name: str) -> Source:
    kind = text(given.get("media_type"), f"{name}.media_type")
    return Source(data=_needed(given, "data", name), media_type=kind)


def _read_url(given: Json, name: str) -> Source:
    return Source(url=_needed(given, "url", name))


def _read_file(given: Json, name: str) -> Source:
    return Source(file_id=_needed(given, "file_id", name))


def _read_text(given: Json, name: str) -> Source:
    return Source(text=_needed(given, "data", name))


def _read_content(given: Json, _name: str) -> Source | None:
    content = given.get("content")
    words = content if isinstance(content, str) else "\n".join(_texts(content))
    return Source(text=words) if words else None


def _texts(content: object) -> Iterator[str]:
    for block in parts(content):
        words = block.get("text")
        if isinstance(words, str):
            yield words


_READERS: dict[str, Callable[[Json, str], Source | None]] = {
    "base64": _read_data,
    "url": _read_url,
    "file": _read_file,
    "text": _read_text,
    "content": _read_content,
}


def write_image(source: Source) -> Json:
    """Write an image.

    Raises:
        InvalidRequest: it is nowhere that Anthropic could look.
    """
    kind = _SPELLINGS.get(source.media_type, source.media_type)
    return {"type": "image", "source": _elsewhere(source) or _written_data(source, kind or _PNG)}


def write_document(file: File) -> Json:
    """Write a document: a PDF, or plain text; a picture that was sent as a file becomes one again.

    Raises:
        InvalidRequest: it is of a kind that Anthropic does not read.
    """
    kind = kind_of(file.source)
    if file.source.data and kind.startswith("image/"):
        return write_image(file.source)
    block: Json = {"type": "document", "source": _elsewhere(file.source) or _document(file.source, kind)}
    if file.name:
        block["title"] = file.name
    if file.context:
        block["context"] = file.context
    if file.cited:
        block["citations"] = {"enabled": True}
    return block


def _elsewhere(source: Source) -> Json | None:
    if source.file_id:
        return {"type": "file", "file_id": source.file_id}
    if not source.url:
        return None
    if not source.url.startswith(_WEB):
        raise InvalidRequest(
            "a file or an image must be data or an http URL here: the model is served through Anthropic",
            param="messages",
        )
    return {"type": "url", "url": source.url}


def _document(source: Source, kind: str) -> Json:
    if source.text:
        return {"type": "text", "media_type": _PLAIN, "data": source.text}
    if kind in ("", _PDF):
        return _written_data(source, _PDF)
    if kind.startswith("text/") or kind in _TEXTUAL:
        return {"type": "text", "media_type": _PLAIN, "data": _plain(source.data)}
    raise InvalidRequest(
        f"a file of the type {kind!r} cannot be given here: the model is served through Anthropic, "
        "which reads PDF and plain text",
        param="messages",
    )


def _written_data(source: Source, kind: str) -> Json:
    if not source.data:
        raise InvalidRequest("a file or an image has neither data nor a URL", param="messages")
    return {"type": "base64", "media_type": kind, "data": source.data}


def _plain(data: str) -> str:
    try:
        return base64.b64decode(data).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest("the data of a file is not base64", param="messages") from error
