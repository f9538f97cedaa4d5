"""Media in both directions: data that stands in a part, and files elsewhere."""

from typing import Any

from oblivious.adapters.chat.parts import Audio, File, Image, Part, Source, Video
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.fields import members, text, wrong
from oblivious.adapters.dialects.gemini.translate.names import get
from oblivious.adapters.lenient import Json, part
from oblivious.contracts.errors import InvalidRequest

_FILES = "/files/"
_HOST = "generativelanguage.googleapis.com/"
_YOUTUBE = ("https://www.youtube.com/", "https://youtube.com/", "https://youtu.be/")

OWN_URLS = (f"https://{_HOST}", *_YOUTUBE)
"""What Gemini reads where it is; other URLs of the web it does not fetch (its docs, 2026-11)."""

_BY_EXTENSION = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "heic": "image/heic",
    "heif": "image/heif",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
}
_USUAL: dict[type[Part], str] = {
    Image: "image/jpeg",
    Audio: "audio/wav",
    Video: "video/mp4",
    File: "application/pdf",
}
_FORMATS = {"mpeg": "mp3", "x-wav": "wav", "wave": "wav"}
_TYPES = {"mp3": "audio/mpeg", "pcm16": "audio/l16"}
_DETAILS = {
    "MEDIA_RESOLUTION_LOW": "low",
    "MEDIA_RESOLUTION_HIGH": "high",
    "MEDIA_RESOLUTION_ULTRA_HIGH": "original",
}


def read_inline(inner: Any, piece: Json, name: str) -> Part:
    """Read `inlineData`.

    Raises:
        InvalidRequest: names what is missing.
    """
    blob = members(inner, name)
    data = text(blob.get("data"), f"{name}.data")
    if not data:
        raise wrong(f"{name}.data", "base64")
    kind = text(get(blob, "mimeType"), f"{name}.mimeType")
    source = Source(data=_standard(data), media_type=kind)
    return _medium(source, kind, text(get(blob, "displayName"), name), piece)


def _standard(data: str) -> str:
    """Return base64 in the alphabet that all vendors know.

    Google's SDKs write the one for URLs, and Google takes both, also without padding (google-genai 3.6, read
    2026-11-27).
    """
    if "-" in data or "_" in data:
        data = data.replace("-", "+").replace("_", "/")
    return data + "=" * (-len(data) % 4)


def read_file(inner: Any, piece: Json, name: str) -> Part:
    """Read `fileData`: a file that Google keeps, or a URL.

    Raises:
        InvalidRequest: names what is missing.
    """
    given = members(inner, name)
    uri = text(get(given, "fileUri"), f"{name}.fileUri")
    if not uri:
        raise wrong(f"{name}.fileUri", "a URI")
    kind = text(get(given, "mimeType"), f"{name}.mimeType")
    source = Source(file_id=uri, media_type=kind) if _is_kept(uri) else Source(url=uri, media_type=kind)
    return _medium(source, kind or _guessed(uri), text(get(given, "displayName"), name), piece)


def write_medium(value: Image | Audio | Video | File) -> Json:
    """Write a medium that is data or elsewhere.

    Raises:
        InvalidRequest: it is a file of another provider's.
    """
    source = value.source
    if source.data:
        return {"inlineData": {"mimeType": _type_of(value), "data": source.data}}
    uri = source.url or source.file_id
    if source.file_id and not _is_kept(uri):
        raise InvalidRequest(f"the file {uri!r} is not kept by {GEMINI}, through which the model is served")
    if not uri:
        raise InvalidRequest(f"a medium without data or a URL cannot be given to {GEMINI}")
    named = {} if uri.startswith(_YOUTUBE) else {"mimeType": _type_of(value)}
    return {"fileData": {**named, "fileUri": uri}}


def _medium(source: Source, kind: str, title: str, piece: Json) -> Part:
    family, _, subtype = kind.partition(";")[0].partition("/")
    if family == "image":
        level = part(get(piece, "mediaResolution")).get("level")
        return Image(source=source, detail=_DETAILS.get(level, "") if isinstance(level, str) else "")
    if family == "audio":
        return Audio(source=source, format=_FORMATS.get(subtype, subtype))
    if family == "video":
        return Video(source=source)
    return File(source=source, name=title)


def _type_of(value: Image | Audio | Video | File) -> str:
    """Return a medium's type; guessed from what its URL ends with where nobody said."""
    if value.source.media_type:
        return value.source.media_type
    if isinstance(value, Audio) and value.format:
        return _TYPES.get(value.format, f"audio/{value.format}")
    guess = _BY_EXTENSION.get(_extension(value.source.url))
    return guess or _USUAL[type(value)]


def _guessed(uri: str) -> str:
    return "video/mp4" if uri.startswith(_YOUTUBE) else _BY_EXTENSION.get(_extension(uri), "")


def _extension(uri: str) -> str:
    return uri.partition("?")[0].partition("#")[0].rpartition(".")[2].lower()


def _is_kept(uri: str) -> bool:
    return uri.startswith("files/") or (_HOST in uri and _FILES in uri)
