"""The headers that go up."""

import re
from collections.abc import Iterator

from oblivious.adapters.dialects.face import Headers
from oblivious.channels.shaping.applied import Applied
from oblivious.channels.shaping.facts import Facts
from oblivious.channels.shaping.names import passable
from oblivious.channels.shaping.shaping import Shaping
from oblivious.channels.shaping.templates import filled

_MOST_BYTES = 8 * 1024
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_ORGANISATION, _PROJECT = b"openai-organization", b"openai-project"


def shape_headers(shaping: Shaping, facts: Facts, headers: Headers) -> tuple[Headers, list[Applied]]:
    """Return the headers as the channel wants them; a value that no header can have is left out."""
    applied: list[Applied] = []
    shaped = list(headers)
    for name, value in _passed(shaping, facts, frozenset(name for name, _ in headers)):
        shaped.append((name, value))
        applied.append(Applied("pass_headers", "passed", name.decode("latin-1")))
    for part, name, value in _written(shaping, facts):
        kept = [header for header in shaped if header[0] != name]
        did = "set" if value else "deleted"
        if value or len(kept) < len(shaped):
            applied.append(Applied(part, did, name.decode("latin-1")))
        shaped = [*kept, (name, value)] if value else kept
    return shaped, applied


def _passed(shaping: Shaping, facts: Facts, sent: frozenset[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the client's headers that go up besides those that do anyway."""
    exact = {name.lower().encode() for name in shaping.pass_headers if not name.endswith("*")}
    beginnings = tuple(name[:-1].lower().encode() for name in shaping.pass_headers if name.endswith("*"))
    for name, value in facts.headers.items():
        wanted = name in exact or (name.startswith(beginnings) and passable(name))
        if wanted and name not in sent:
            yield name, value


def _written(shaping: Shaping, facts: Facts) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield part, name and value of what the channel says itself."""
    if shaping.organisation:
        yield "organisation", _ORGANISATION, shaping.organisation.encode()
    if shaping.project:
        yield "project", _PROJECT, shaping.project.encode()
    for name, template in shaping.headers.items():
        text = filled(template, facts)
        value = None if text is None else text.encode("utf-8", "surrogateescape").strip()
        if value is not None and len(value) <= _MOST_BYTES and _VALUE.fullmatch(value):
            yield "headers", name.lower().encode(), value
