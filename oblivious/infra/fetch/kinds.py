"""What a body is: as its server says, as its first bytes say, or as its name ends."""

import re
from mimetypes import MimeTypes

_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,120}")
_UNSAID = frozenset(
    {"application/octet-stream", "binary/octet-stream", "application/download", "application/x-download"}
)
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_WEBP_FROM, _WEBP_TO = 8, 12

# Only what the library knows by itself: hosts differ in what their files say.
_types = MimeTypes()


def kind_of(said: str, data: bytes, path: str) -> str:
    """Return a media type without its parameters; empty where nothing tells."""
    named = said.partition(";")[0].strip().lower()
    if named not in _UNSAID and _TYPE.fullmatch(named):
        return named
    return _sniffed(data) or _types.guess_type(path, strict=False)[0] or ""


def _sniffed(data: bytes) -> str:
    if data.startswith(b"RIFF") and data[_WEBP_FROM:_WEBP_TO] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
