"""What a text rests on: documents, and the results of tools."""

from collections.abc import Iterator

from oblivious.adapters.chat.parts import Citation
from oblivious.adapters.dialects.cohere.translate.reading import word
from oblivious.adapters.lenient import Json, part, parts

_OF_TEXT = frozenset({"", "TEXT_CONTENT"})


def read_citation(value: Json) -> Iterator[Citation]:
    """Yield a citation for each of its sources; none for those of thoughts and plans."""
    if word(value, "type") not in _OF_TEXT:
        return
    start, end = _place(value.get("start")), _place(value.get("end"))
    for source in parts(value.get("sources")):
        named = part(source.get("document") or source.get("tool_output"))
        yield Citation(
            url=word(named, "url"),
            title=word(named, "title") or word(source, "id"),
            start=start,
            end=end,
            quoted=word(named, "snippet"),
        )


def _place(value: object) -> int:
    return value if type(value) is int and value >= 0 else -1
