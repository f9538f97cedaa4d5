"""Media as URLs that carry them."""

from oblivious.adapters.chat.parts import Source

_OPENING = "data:"
_BASE64 = ";base64"


def source_of(url: str, media_type: str = "") -> Source:
    """Return where a medium is whose place a client wrote as a URL: elsewhere, or in the URL itself."""
    if not url.startswith(_OPENING):
        return Source(url=url, media_type=media_type)
    head, _, data = url[len(_OPENING) :].partition(",")
    named = head.removesuffix(_BASE64).partition(";")[0]
    return Source(data=data, media_type=named or media_type)


def kind_of(source: Source) -> str:
    """Return the media type of a medium without its parameters; empty where nobody said one."""
    return source.media_type.partition(";")[0].strip().lower()


def url_of(source: Source, media_type: str = "application/octet-stream") -> str:
    """Return the URL of a medium that is given as data or as a URL; `media_type` where nobody said one."""
    if source.url:
        return source.url
    return f"{_OPENING}{source.media_type or media_type}{_BASE64},{source.data}"
