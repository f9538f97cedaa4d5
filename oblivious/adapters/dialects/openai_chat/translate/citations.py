"""Citations: annotations of a message."""

from collections.abc import Iterator

from oblivious.adapters.chat.parts import Citation
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.lenient import Json, part, parts


def read_citations(message: Json) -> Iterator[Citation]:
    """Yield what a message or a delta rests on."""
    for annotation in parts(message.get("annotations")):
        cited = part(annotation.get("url_citation"))
        url, title = cited.get("url"), cited.get("title")
        yield Citation(
            url=url if isinstance(url, str) else "",
            title=title if isinstance(title, str) else "",
            start=_place(cited.get("start_index")),
            end=_place(cited.get("end_index")),
            native=(OPENAI_CHAT, annotation),
        )


def write_citation(citation: Citation) -> Json:
    """Write one annotation."""
    if citation.native is not None and citation.native[0] == OPENAI_CHAT:
        own: Json = citation.native[1]
        return own
    cited = {
        "start_index": max(0, citation.start),
        "end_index": max(0, citation.end),
        "title": citation.title,
        "url": citation.url,
    }
    return {"type": "url_citation", "url_citation": cited}


def _place(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else -1
