"""Citations of texts, in both directions."""

from collections.abc import Iterator

from oblivious.adapters.chat.parts import Citation
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.lenient import Json, parts

_SEARCHED = "web_search_result_location"


def read_citations(value: object) -> Iterator[Citation]:
    """Yield what a text rests on."""
    yield from map(read_citation, parts(value))


def read_citation(value: Json) -> Citation:
    """Read one; what we once wrote for a client in another's name is nobody's own."""
    ours = value.get("type") == _SEARCHED and not value.get("encrypted_index")
    return Citation(
        url=_text(value, "url") or _text(value, "source"),
        title=_text(value, "title") or _text(value, "document_title"),
        quoted=_text(value, "cited_text"),
        native=None if ours else (ANTHROPIC, value),
    )


def write_own(citations: tuple[Citation, ...]) -> list[Json]:
    """Return those that Anthropic made, for Anthropic."""
    return [
        citation.native[1] for citation in citations if citation.native and citation.native[0] == ANTHROPIC
    ]


def write_citation(citation: Citation) -> Json | None:
    """Write one for a client; None where it says nothing that this dialect has words for."""
    if citation.native is not None and citation.native[0] == ANTHROPIC:
        own: Json = citation.native[1]
        return own
    if not citation.url:
        return None
    return {
        "type": _SEARCHED,
        "cited_text": citation.quoted,
        "encrypted_index": "",
        "title": citation.title or None,
        "url": citation.url,
    }


def _text(value: Json, name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
