"""Read lists of models, as each dialect writes them. Pure."""

from collections.abc import Iterator
from typing import Any

from oblivious.adapters.lenient import Json, decoded, is_list, is_object, part, parts
from oblivious.channels.inquiries.inquiry import Page

_GEMINI_PREFIX = "models/"


def openai_page(body: bytes) -> Page:
    """Read `{"data": [{"id": ...}]}`, or the list alone, as Together writes it.

    Raises:
        ValueError: it is something else.
    """
    value = decoded(body)
    return Page(_names(value if is_list(value) else _listed(value, "data"), "id"))


def anthropic_page(body: bytes) -> Page:
    """Read the same list, which says whether there is more, and behind which model.

    Raises:
        ValueError: it is something else.
    """
    value = part(decoded(body))
    after = _text(value.get("last_id")) if value.get("has_more") is True else ""
    return Page(_names(_listed(value, "data"), "id"), after)


def gemini_page(body: bytes) -> Page:
    """Read `{"models": [{"name": ...}], "nextPageToken": ...}`.

    Raises:
        ValueError: it is something else.
    """
    value = part(decoded(body))
    names = _names(_listed(value, "models"), "name")
    plain = (name.removeprefix(_GEMINI_PREFIX) for name in names)
    return Page(tuple(plain), _text(value.get("nextPageToken")))


def cohere_page(body: bytes) -> Page:
    """Read `{"models": [{"name": ...}], "next_page_token": ...}`.

    Raises:
        ValueError: it is something else.
    """
    value = part(decoded(body))
    return Page(_names(_listed(value, "models"), "name"), _text(value.get("next_page_token")))


def ollama_page(body: bytes) -> Page:
    """Read `{"models": [{"name": ...}]}`: what is installed.

    Raises:
        ValueError: it is something else.
    """
    return Page(_names(_listed(decoded(body), "models"), "name"))


def cloudflare_page(body: bytes) -> Page:
    """Read `{"result": [{"name": "@cf/..."}]}`; the `id` there is none that a request may name.

    Raises:
        ValueError: it is something else.
    """
    return Page(_names(_listed(decoded(body), "result"), "name"))


def _listed(value: Any, member: str) -> list[Any]:
    """Return a member that is a list. Servers written in Go say null for a list that is empty."""
    if not is_object(value) or member not in value:
        raise ValueError(f"the answer has no {member}")
    found = value[member]
    if found is None:
        return []
    if not is_list(found):
        raise ValueError(f"{member} is no list")
    return found


def _names(listed: list[Any], member: str) -> tuple[str, ...]:
    """Return the names that a channel may offer; an entry without one is left out."""
    return tuple(_usable(parts(listed), member))


def _usable(entries: list[Json], member: str) -> Iterator[str]:
    for entry in entries:
        name = _text(entry.get(member)).strip()
        if name and name.isprintable():
            yield name


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
