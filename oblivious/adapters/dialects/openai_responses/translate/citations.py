"""Citations: annotations of a text."""

from collections.abc import Iterator
from typing import Any

from oblivious.adapters.chat.parts import Citation
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.lenient import Json, parts


def read_citations(annotations: Any) -> Iterator[Citation]:
    """Yield what a text rests on."""
    return (read_citation(annotation) for annotation in parts(annotations))


def read_citation(annotation: Json) -> Citation:
    """Read one annotation; files are named by their title only."""
    return Citation(
        url=_text(annotation.get("url")),
        title=_text(annotation.get("title") or annotation.get("filename")),
        start=_place(annotation.get("start_index")),
        end=_place(annotation.get("end_index")),
        native=(OPENAI_RESPONSES, annotation),
    )


def write_citation(citation: Citation, text: str) -> Json | None:
    """Write one annotation of a text; None where there is no URL to name.

    Where nobody said which words rest on the source, all do.
    """
    if citation.native is not None and citation.native[0] == OPENAI_RESPONSES:
        own: Json = citation.native[1]
        return own
    if not citation.url:
        return None
    return {
        "type": "url_citation",
        "url": citation.url,
        "title": citation.title,
        "start_index": max(0, citation.start),
        "end_index": len(text) if citation.end < 0 else citation.end,
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _place(value: object) -> int:
    return value if type(value) is int and value >= 0 else -1
