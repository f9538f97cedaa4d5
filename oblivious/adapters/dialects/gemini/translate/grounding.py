"""What an answer rests on: `groundingMetadata` and `citationMetadata`, to and from citations.

Google counts places in bytes of UTF-8, citations in characters.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from oblivious.adapters.chat.parts import Citation
from oblivious.adapters.lenient import Json, is_list, part, parts

_LONGEST = 1024 * 1024
_SOURCES = ("web", "retrievedContext", "maps")


class Said:
    """The words of a text so far, to find places in; of one that is very long only the beginning is kept."""

    __slots__ = ("_pieces", "_room")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._room = _LONGEST

    def add(self, words: str) -> None:
        """Hear more of it."""
        if self._room > 0:
            self._pieces.append(words)
            self._room -= len(words)

    def text(self) -> str:
        """Return it."""
        return "".join(self._pieces)


def read_citations(candidate: Json, text: str) -> Iterator[Citation]:
    """Yield what the text of a candidate rests on."""
    encoded = text.encode("utf-8", "replace")
    grounding = part(candidate.get("groundingMetadata"))
    yield from _supported(grounding, encoded)
    cited = part(candidate.get("citationMetadata"))
    for source in parts(cited.get("citationSources") or cited.get("citations")):
        yield Citation(
            url=_text(source.get("uri")),
            title=_text(source.get("title")),
            start=_character(source.get("startIndex", 0), encoded),
            end=_character(source.get("endIndex"), encoded),
        )


def _supported(grounding: Json, encoded: bytes) -> Iterator[Citation]:
    """Yield the sources with the places that they support; those that support none come without a place."""
    sources = [_source(chunk) for chunk in parts(grounding.get("groundingChunks"))]
    used: set[int] = set()
    for support in parts(grounding.get("groundingSupports")):
        segment, indices = part(support.get("segment")), support.get("groundingChunkIndices")
        start = _character(segment.get("startIndex", 0), encoded)
        end = _character(segment.get("endIndex"), encoded)
        for index in indices if is_list(indices) else ():
            if type(index) is int and 0 <= index < len(sources):
                used.add(index)
                url, title, quoted = sources[index]
                yield Citation(url=url, title=title, start=start, end=end, quoted=quoted)
    for index, (url, title, quoted) in enumerate(sources):
        if index not in used:
            yield Citation(url=url, title=title, quoted=quoted)


def _source(chunk: Json) -> tuple[str, str, str]:
    source = part(next((chunk[name] for name in _SOURCES if chunk.get(name)), None))
    return _text(source.get("uri")), _text(source.get("title")), _text(source.get("text"))


def write_grounding(texts: Iterable[tuple[str, Iterable[Citation]]]) -> Json | None:
    """Return `groundingMetadata` for texts and what they rest on; None where they rest on nothing named."""
    chunks: dict[tuple[str, str], int] = {}
    supports: list[Json] = []
    for text, citations in texts:
        for citation in citations:
            if not (citation.url or citation.title):
                continue
            index = chunks.setdefault((citation.url, citation.title), len(chunks))
            if 0 <= citation.start < citation.end <= len(text):
                supports.append({"segment": _segment(text, citation), "groundingChunkIndices": [index]})
    if not chunks:
        return None
    return {
        "groundingChunks": [{"web": {"uri": url, "title": title}} for url, title in chunks],
        "groundingSupports": supports,
    }


def _segment(text: str, citation: Citation) -> Json:
    start = len(text[: citation.start].encode("utf-8", "replace"))
    words = text[citation.start : citation.end]
    return {"startIndex": start, "endIndex": start + len(words.encode("utf-8", "replace")), "text": words}


def _character(place: Any, encoded: bytes) -> int:
    if type(place) is not int or not 0 <= place <= len(encoded):
        return -1
    return len(encoded[:place].decode("utf-8", "ignore"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
