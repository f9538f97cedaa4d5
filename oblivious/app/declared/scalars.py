"""What a word means in a file: as YAML 1.2 has it, so that `on` and `no` are texts. Alike both ways."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"
_LARGEST = 2**63 - 1
_NOT_KEPT = "holds a character that cannot be kept"

_WORDS: Mapping[str, tuple[str, list[str]]] = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+",
        list("-+.0123456789"),
    ),
}
"""By kind: how it is written, and how it may begin."""


_KINDS = {
    first: [
        (f"{_TAG}{kind}", re.compile(rf"(?:{pattern})\Z"))
        for kind, (pattern, beginnings) in _WORDS.items()
        if first in beginnings
    ]
    for _, firsts in _WORDS.values()
    for first in firsts
}
"""By first character: tags, and what their words look like."""


class Loader(yaml.SafeLoader):
    """Reads files."""


class Dumper(yaml.SafeDumper):
    """Writes files: every text over several lines as it is, and nothing by a name given elsewhere."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - its signature
        """Say that everything is written where it stands."""
        return True


def _text(_dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if not text.replace("\n", "").isprintable():  # another end of a line, say, which would be folded away
        return yaml.ScalarNode(f"{_TAG}str", text, style='"')
    return yaml.ScalarNode(f"{_TAG}str", text, style="|" if "\n" in text else None)


Loader.yaml_implicit_resolvers = _KINDS
Dumper.yaml_implicit_resolvers = _KINDS
Dumper.add_representer(str, _text)


def _whole(word: str) -> int:
    # So many digits that counting them is work are no number that anything here could be.
    number = int(word) if len(word) <= len(str(_LARGEST)) + 1 else _LARGEST + 1
    if abs(number) > _LARGEST:
        raise ValueError(f"is a number beyond {_LARGEST}")
    return number


def plain(word: str) -> str:
    """Return a text as it is meant.

    Raises:
        ValueError: it holds a character that cannot be kept.
    """
    if "\0" in word:
        raise ValueError(_NOT_KEPT)
    try:  # JSON is YAML, and may say one character as two halves
        return word.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise ValueError(_NOT_KEPT) from None


PARTED = frozenset({f"{_TAG}map", f"{_TAG}seq"})
"""Tags of what is made of other values."""

READERS: Mapping[str, Callable[[str], object]] = {
    f"{_TAG}null": lambda _: None,
    f"{_TAG}bool": lambda word: word.lower() == "true",
    f"{_TAG}int": _whole,
    f"{_TAG}float": float,
    f"{_TAG}str": plain,
}
"""By tag: what a word is read with; each may raise a ValueError that says what is wrong."""
