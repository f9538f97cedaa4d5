"""Parts of messages, in both directions."""

from collections.abc import Callable, Iterable
from typing import Any

from oblivious.adapters.chat.media import source_of, url_of
from oblivious.adapters.chat.parts import Audio, CacheMark, File, Image, Part, Refusal, Source, Text, Video
from oblivious.adapters.dialects.fields import items, members, text, wrong
from oblivious.adapters.dialects.openai_chat.translate.reasoning import CHUNK
from oblivious.adapters.lenient import Json, part
from oblivious.contracts.errors import InvalidRequest

_PDF = "application/pdf"
_LIFETIMES = {"5m": "5m", "1h": "1h", "12h": "1h"}
"""OpenAI's own are `30m`, its default, and `12h` (its API reference, 2026-11)."""


def read_content(value: Any, name: str) -> tuple[Part, ...]:
    """Read a message's content: a text, or a list of parts; `reasoning` reads the thoughts among them.

    Raises:
        InvalidRequest: names the part that is wrong or unknown.
    """
    if isinstance(value, str):
        return (Text(text=value),) if value else ()
    return tuple(
        _read_part(item, f"{name}[{place}]")
        for place, item in enumerate(items(value, name))
        if part(item).get("type") != CHUNK
    )


def cache_of(value: Json) -> CacheMark | None:
    """Return a part's cache mark: OpenAI's own, or Anthropic's, which many clients also send here."""
    for name in ("prompt_cache_breakpoint", "cache_control"):
        mark = value.get(name)
        if mark:
            ttl = part(mark).get("ttl")
            return CacheMark(_LIFETIMES.get(ttl, "") if isinstance(ttl, str) else "")
    return None


def _read_part(value: Any, name: str) -> Part:
    if isinstance(value, str):
        return Text(text=value)
    given = members(value, name)
    kind = text(given.get("type"), f"{name}.type") or "text"
    read = _READERS.get(kind)
    if read is None:
        raise InvalidRequest(f"`{name}.type` {kind!r} is unknown here", param=f"{name}.type")
    return read(given, name)


def _read_text(value: Json, name: str) -> Part:
    return Text(text=text(value.get("text"), f"{name}.text"), cache=cache_of(value))


def _read_refusal(value: Json, name: str) -> Part:
    return Refusal(text=text(value.get("refusal"), f"{name}.refusal"))


def _url_in(value: Json, kind: str, name: str) -> tuple[str, Json]:
    """Return a URL written as `{"url": ...}` or plainly, and what stands beside it."""
    inner = value.get(kind)
    if isinstance(inner, str):
        return inner, {}
    given = members(inner, f"{name}.{kind}")
    url = text(given.get("url"), f"{name}.{kind}.url")
    if not url:
        raise wrong(f"{name}.{kind}.url", "a URL")
    return url, given


def _read_image(value: Json, name: str) -> Part:
    url, given = _url_in(value, "image_url", name)
    detail = text(given.get("detail"), f"{name}.image_url.detail")
    return Image(source=source_of(url), detail="" if detail == "auto" else detail, cache=cache_of(value))


def _read_video(value: Json, name: str) -> Part:
    return Video(source=source_of(_url_in(value, "video_url", name)[0]))


def _read_audio(value: Json, name: str) -> Part:
    given = members(value.get("input_audio"), f"{name}.input_audio")
    kind = text(given.get("format"), f"{name}.input_audio.format")
    data = text(given.get("data"), f"{name}.input_audio.data")
    return Audio(source=Source(data=data, media_type=f"audio/{kind}" if kind else ""), format=kind)


def _read_file(value: Json, name: str) -> Part:
    given = members(value.get("file"), f"{name}.file")
    file_id = text(given.get("file_id"), f"{name}.file.file_id")
    data = text(given.get("file_data"), f"{name}.file.file_data")
    source = Source(file_id=file_id) if file_id else source_of(data, _PDF)
    if source.url:
        # Not every client writes a data URL around its base64.
        source = source if "://" in data[:10] else Source(data=data, media_type=_PDF)
    return File(
        source=source, name=text(given.get("filename"), f"{name}.file.filename"), cache=cache_of(value)
    )


def _read_document(value: Json, name: str) -> Part:
    """Read a document as Mistral's clients write it."""
    source = source_of(_url_in(value, "document_url", name)[0], _PDF)
    return File(source=source, name=text(value.get("document_name"), f"{name}.document_name"))


_READERS: dict[str, Callable[[Json, str], Part]] = {
    "text": _read_text,
    "input_text": _read_text,
    "output_text": _read_text,
    "refusal": _read_refusal,
    "image_url": _read_image,
    "video_url": _read_video,
    "input_audio": _read_audio,
    "file": _read_file,
    "document_url": _read_document,
}


def write_content(parts: Iterable[Part], cache_member: str = "") -> Any:
    """Write parts that somebody says: a text where one text is all there is.

    `cache_member` is how a provider has a part marked for its cache; empty where it caches by itself.

    Raises:
        InvalidRequest: names what chat has no words for.
    """
    written = [
        _WRITERS[type(each)](each) | (_MARKS[cache_member] if each.cache is not None else {})
        for each in parts
        if type(each) in _WRITERS
    ]
    if len(written) == 1 and written[0].keys() == {"type", "text"}:
        return written[0]["text"]
    return written


def _write_text(value: Any) -> Json:
    return {"type": "text", "text": value.text}


def _write_image(value: Any) -> Json:
    if value.source.file_id:
        raise InvalidRequest("an image by `file_id` cannot be given to the provider that serves this model")
    image = {"url": url_of(value.source, "image/png")}
    return {"type": "image_url", "image_url": image | ({"detail": value.detail} if value.detail else {})}


def _write_video(value: Any) -> Json:
    return {"type": "video_url", "video_url": {"url": url_of(value.source, "video/mp4")}}


def _write_audio(value: Any) -> Json:
    if not value.source.data:
        raise InvalidRequest("audio must be given as data to the provider that serves this model")
    kind = value.format or value.source.media_type.rpartition("/")[2] or "wav"
    return {"type": "input_audio", "input_audio": {"data": value.source.data, "format": kind}}


def _write_file(value: Any) -> Json:
    source = value.source
    if source.text:
        title = f"{value.name}\n\n" if value.name else ""
        return {"type": "text", "text": title + source.text}
    if source.file_id:
        return {"type": "file", "file": {"file_id": source.file_id}}
    if source.url:
        raise InvalidRequest("a file must be given as data to the provider that serves this model")
    return {"type": "file", "file": {"filename": value.name or "file.pdf", "file_data": url_of(source, _PDF)}}


_MARKS: dict[str, Json] = {
    "": {},
    "prompt_cache_breakpoint": {"prompt_cache_breakpoint": {"mode": "explicit"}},
    "cache_control": {"cache_control": {"type": "ephemeral"}},
}
"""OpenAI's own mark (its SDK, 2026-11), and Anthropic's, which some vendors take in chat."""

_WRITERS: dict[type[Part], Callable[[Any], Json]] = {
    Text: _write_text,
    Image: _write_image,
    Video: _write_video,
    Audio: _write_audio,
    File: _write_file,
}
