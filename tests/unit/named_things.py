"""What a Markdown page names in its code: paths, make targets, command lines."""

import re
from collections.abc import Iterator

_FENCE = re.compile(r"^(```+|~~~+)[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"\.?[\w*-][\w.*-]*(?:/[\w.*-]+)*/?")
_SUFFIXES = (".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".sh", ".lua", ".ini", ".json", ".conf")
_MAKE = re.compile(r"(?:^|[\s;&])make ((?:[a-z]+ ?)+)")
_COMMAND = re.compile(r"(?:^|[\s;&(/])oblivious ((?:[a-z-]+)[^\n|;&#)]*)")


def code_of(page: str) -> list[str]:
    """Return the page's code spans and the lines of its code blocks."""
    blocks = [line for _, block in _FENCE.findall(page) for line in block.replace("\\\n", " ").splitlines()]
    return [*_SPAN.findall(_FENCE.sub("", page)), *blocks]


def paths_in(page: str, folders: set[str]) -> Iterator[str]:
    """Yield the paths that code spans name.

    A span is a path if it starts with one of `folders`, or ends like a file of ours; model names, media
    types and URLs are none.
    """
    for span in _SPAN.findall(_FENCE.sub("", page)):
        if _PATH.fullmatch(span) and (
            (span.split("/")[0] in folders and "/" in span) or span.endswith(_SUFFIXES)
        ):
            yield span


def make_targets_in(page: str) -> Iterator[str]:
    """Yield every target of a `make` command line."""
    for code in code_of(page):
        for targets in _MAKE.findall(code):
            yield from targets.split()


def command_lines_in(page: str) -> Iterator[list[str]]:
    """Yield the words after `oblivious` in every command line."""
    for code in code_of(page):
        for line in _COMMAND.findall(code):
            yield [word for word in line.split() if not word.startswith("[")]
