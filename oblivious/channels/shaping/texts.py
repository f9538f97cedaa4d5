"""Something else in place of what is found in a text."""

import re
from functools import lru_cache

from oblivious.channels.shaping.document import Document
from oblivious.channels.shaping.patience import pattern_of

_SLASH = "/"
_GROUP = re.compile(r"\\([0-9\\])")


def expression_in(find: str) -> str | None:
    """Return the regular expression between slashes; None if it is a text that is looked for as it is."""
    if len(find) > len("//") and find.startswith(_SLASH) and find.endswith(_SLASH):
        return find[1:-1]
    return None


def groups_in(text: str) -> int:
    """Return the greatest number of a group that a replacement speaks of."""
    return max((piece for piece in _pieces(text) if isinstance(piece, int)), default=0)


def replaced(document: Document, text: str, find: str, put: str) -> str:
    r"""Return a text with everything that is found replaced; `\1` in `put` is what a group has found.

    Raises:
        GaveUp: the search took too long, or the text would become too long.
    """
    expression = expression_in(find)
    if expression is None:
        document.grow(text.count(find) * (len(put.encode()) - len(find.encode())))
        return text.replace(find, put)
    return _by_expression(document, text, expression, put)


def _by_expression(document: Document, text: str, expression: str, put: str) -> str:
    pieces: list[str] = []
    at = 0
    for match in document.patience.matches(pattern_of(expression), text):
        new = "".join(piece if isinstance(piece, str) else match[piece] or "" for piece in _pieces(put))
        document.grow(len(new.encode()))
        pieces += (text[at : match.start()], new)
        at = match.end()
    pieces.append(text[at:])
    return "".join(pieces)


@lru_cache(4096)
def _pieces(put: str) -> tuple[str | int, ...]:
    """Read a replacement: texts, and numbers of groups."""
    pieces: list[str | int] = []
    at = 0
    for found in _GROUP.finditer(put):
        pieces.append(put[at : found.start()])
        pieces.append(found[1] if found[1] == "\\" else int(found[1]))
        at = found.end()
    pieces.append(put[at:])
    return tuple(pieces)
