"""Citations: annotations of a message, and the sources that some vendors name beside the choices."""

from collections.abc import Iterable, Iterator

from oblivious.adapters.chat.parts import Citation
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.lenient import Json, is_list, part, parts

_URLS, _RESULTS = "citations", "search_results"


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


def names_sources(answer: Json) -> bool:
    """Whether an answer or a chunk says something of its sources."""
    return _URLS in answer or _RESULTS in answer


def read_sources(answer: Json) -> list[Citation]:
    """Return what an answer or a chunk rests on as a whole: Perplexity and xAI name no places in the text."""
    urls = answer.get(_URLS)
    titles: dict[str, str] = {url: "" for url in urls if isinstance(url, str)} if is_list(urls) else {}
    for result in parts(answer.get(_RESULTS)):
        url, title = result.get("url"), result.get("title")
        if isinstance(url, str):
            titles[url] = title if isinstance(title, str) else ""
    return [Citation(url=url, title=title) for url, title in titles.items() if url]


def uncited(sources: Iterable[Citation], cited: Iterable[Citation]) -> list[Citation]:
    """Return the sources that no annotation has named already."""
    known = {citation.url for citation in cited}
    return [source for source in sources if source.url not in known]


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
