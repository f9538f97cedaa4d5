"""Parts of messages and of tool results, in both directions."""

from collections.abc import Callable, Iterable
from typing import Any

from oblivious.adapters.chat.media import source_of, url_of
from oblivious.adapters.chat.parts import (
    Audio,
    File,
    Image,
    Opaque,
    Part,
    Refusal,
    Source,
    Text,
    Video,
)
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.fields import items, members, text, wrong
from oblivious.adapters.dialects.openai_chat.translate.content import cache_of
from oblivious.adapters.dialects.openai_responses.translate.citations import read_citations
from oblivious.adapters.lenient import Json, is_object
from oblivious.contracts.errors import InvalidRequest

_PDF = "application/pdf"


def read_content(value: Any, name: str) -> tuple[Part, ...]:
    """Read content: a text, or a list of parts; a part of an unknown type is kept as it is.

    Raises:
        InvalidRequest: names the part that is wrong.
    """
    if isinstance(value, str):
        return (Text(text=value),) if value else ()
    return tuple(_read_part(item, f"{name}[{place}]") for place, item in enumerate(items(value, name)))


def _read_part(value: Any, name: str) -> Part:
    if isinstance(value, str):
        return Text(text=value)
    given = members(value, name)
    kind = text(given.get("type"), f"{name}.type") or "input_text"
    read = _READERS.get(kind)
    return Opaque(origin=OPENAI_RESPONSES, kind=kind, value=given) if read is None else read(given, name)


def _read_text(value: Json, name: str) -> Part:
    return Text(
        text=text(value.get("text"), f"{name}.text"),
        citations=tuple(read_citations(value.get("annotations"))),
        cache=cache_of(value),
    )


def _read_refusal(value: Json, name: str) -> Part:
    return Refusal(text=text(value.get("refusal"), f"{name}.refusal"))


def _read_image(value: Json, name: str) -> Part:
    detail = text(value.get("detail"), f"{name}.detail")
    return Image(
        source=_image_source(value, name), detail="" if detail == "auto" else detail, cache=cache_of(value)
    )


def _image_source(value: Json, name: str) -> Source:
    file_id = text(value.get("file_id"), f"{name}.file_id")
    if file_id:
        return Source(file_id=file_id)
    given = value.get("image_url")
    # Clients that come from chat completions wrap it as they did there.
    url = text(given.get("url") if is_object(given) else given, f"{name}.image_url")
    if not url:
        raise wrong(f"{name}.image_url", "a URL")
    return source_of(url)


def _read_file(value: Json, name: str) -> Part:
    given = {
        key: text(value.get(key), f"{name}.{key}") for key in ("file_id", "file_url", "file_data", "filename")
    }
    return File(source=_file_source(given, name), name=given["filename"], cache=cache_of(value))


def _file_source(given: dict[str, str], name: str) -> Source:
    if given["file_id"]:
        return Source(file_id=given["file_id"])
    if given["file_url"]:
        return source_of(given["file_url"])
    data = given["file_data"]
    if not data:
        raise wrong(name, "a file with `file_data`, `file_url` or `file_id`")
    # Not every client writes a data URL around its base64.
    return source_of(data, _PDF) if data.startswith("data:") else Source(data=data, media_type=_PDF)


def _read_audio(value: Json, name: str) -> Part:
    given = members(value.get("input_audio"), f"{name}.input_audio")
    kind = text(given.get("format"), f"{name}.input_audio.format")
    data = text(given.get("data"), f"{name}.input_audio.data")
    return Audio(source=Source(data=data, media_type=f"audio/{kind}" if kind else ""), format=kind)


_READERS: dict[str, Callable[[Json, str], Part]] = {
    **dict.fromkeys(("input_text", "output_text", "text", "summary_text", "reasoning_text"), _read_text),
    **dict.fromkeys(("input_image", "image_url"), _read_image),
    "refusal": _read_refusal,
    "input_file": _read_file,
    "input_audio": _read_audio,
}


def write_content(parts: Iterable[Part]) -> list[Json]:
    """Write parts that a user says or a tool returns; what has no place there is left out.

    Raises:
        InvalidRequest: names what the Responses API has no words for.
    """
    return [_WRITERS[type(each)](each) for each in parts if type(each) in _WRITERS and _is_ours(each)]


def _is_ours(value: Part) -> bool:
    return not isinstance(value, Opaque) or value.origin == OPENAI_RESPONSES


def _write_image(value: Any) -> Json:
    detail = value.detail or "auto"
    if value.source.file_id:
        return {"type": "input_image", "file_id": value.source.file_id, "detail": detail}
    return {"type": "input_image", "image_url": url_of(value.source, "image/png"), "detail": detail}


def _write_file(value: Any) -> Json:
    source = value.source
    if source.text:
        title = f"{value.name}\n\n" if value.name else ""
        return {"type": "input_text", "text": title + source.text}
    if source.file_id:
        return {"type": "input_file", "file_id": source.file_id}
    if source.url:
        return {"type": "input_file", "file_url": source.url}
    name = value.name or ("file.txt" if source.media_type.startswith("text/") else "file.pdf")
    return {"type": "input_file", "filename": name, "file_data": url_of(source, _PDF)}


def _write_audio(value: Any) -> Json:
    if not value.source.data:
        raise InvalidRequest("audio must be given as data to the provider that serves this model")
    kind = value.format or value.source.media_type.rpartition("/")[2] or "wav"
    return {"type": "input_audio", "input_audio": {"data": value.source.data, "format": kind}}


def _write_video(_value: Any) -> Json:
    raise InvalidRequest("a video cannot be given to the provider that serves this model")


_WRITERS: dict[type[Part], Callable[[Any], Json]] = {
    Text: lambda value: {"type": "input_text", "text": value.text},
    Image: _write_image,
    File: _write_file,
    Audio: _write_audio,
    Video: _write_video,
    Opaque: lambda value: value.value,
}
