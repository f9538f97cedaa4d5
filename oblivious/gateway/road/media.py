"""The media of a conversation that an upstream needs as data, and where their data goes."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import msgspec

from oblivious.adapters.chat.parts import Audio, File, Image, Part, Source, ToolResult, Video
from oblivious.adapters.chat.request import ChatRequest, Turn
from oblivious.adapters.dialects.translate import UpstreamFace

Medium = Image | Audio | Video | File

_WEB = ("http://", "https://")
_SCHEME_LENGTH = len(_WEB[1])


def wanted_by(face: UpstreamFace, request: ChatRequest) -> Iterator[Medium]:
    """Yield the media that upstreams of a dialect need as data and that are given by web URLs."""
    for turn in request.turns:
        yield from _wanted(turn.parts, face)


def as_data(request: ChatRequest, face: UpstreamFace, sources: Mapping[str, Source]) -> ChatRequest:
    """Return the request with the media that a dialect wants as data, by their URLs, in place of these."""
    turns = tuple(_turn_with(turn, face, sources) for turn in request.turns)
    return msgspec.structs.replace(request, turns=turns)


def _turn_with(turn: Turn, face: UpstreamFace, sources: Mapping[str, Source]) -> Turn:
    if not any(_wanted(turn.parts, face)):
        return turn
    return msgspec.structs.replace(turn, parts=tuple(_with(part, face, sources) for part in turn.parts))


def _with(part: Part, face: UpstreamFace, sources: Mapping[str, Source]) -> Part:
    if isinstance(part, ToolResult):
        content = tuple(_with(each, face, sources) for each in part.content)
        return msgspec.structs.replace(part, content=content)
    medium = _medium(part, face)
    found = None if medium is None else sources.get(medium.source.url)
    if medium is None or found is None:
        return part
    typed = msgspec.structs.replace(found, media_type=found.media_type or medium.source.media_type)
    if isinstance(medium, File) and not medium.name:
        return msgspec.structs.replace(medium, source=typed, name=_name_in(medium.source.url))
    return msgspec.structs.replace(medium, source=typed)


def _wanted(parts: Iterable[Part], face: UpstreamFace) -> Iterator[Medium]:
    for part in parts:
        if isinstance(part, ToolResult):
            yield from _wanted(part.content, face)
        elif (medium := _medium(part, face)) is not None:
            yield medium


def _medium(part: Part, face: UpstreamFace) -> Medium | None:
    """Return a part that is a medium which must be fetched."""
    if not isinstance(part, Medium) or type(part) in face.fetches:
        return None
    url = part.source.url
    is_web = url[:_SCHEME_LENGTH].lower().startswith(_WEB)
    return part if is_web and not url.startswith(face.keeps_urls) else None


def _name_in(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name
