"""From text to plain values, with the line of each. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

import yaml
from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

from oblivious.app.declared.faults import BadFile, Fault, Faults
from oblivious.app.declared.scalars import PARTED, READERS, Loader, plain

_DEEPEST = 50
_MOST = 200_000


class Document(NamedTuple):
    """A file as it was read.

    Attributes:
        lines: by path: `channels[2].models`.
        faults: what is wrong with it that does not keep the rest from being read.
    """

    value: object
    lines: dict[str, int]
    faults: list[Fault]


def read_document(text: str) -> Document:
    """Read a file; an empty one is an object without members.

    Raises:
        BadFile: it is no YAML.
    """
    try:
        root = yaml.compose(text, Loader)
    except (MarkedYAMLError, ReaderError) as error:
        raise BadFile([_unread(error, text)]) from None
    except RecursionError:
        raise BadFile([Fault(1, "", f"is nested deeper than {_DEEPEST} levels")]) from None
    if root is None:
        return Document({}, {"": 1}, [])
    lines = {"": root.start_mark.line + 1}
    faults = Faults(lines)
    value = _Walk(lines, faults).value_of(root, "", 0)
    return Document(value, lines, faults.found())


class _Walk:
    """From nodes to values; what one node says in several places is told once for each of them."""

    def __init__(self, lines: dict[str, int], faults: Faults) -> None:
        self._lines = lines
        self._faults = faults
        self._seen = 0

    def value_of(self, node: yaml.Node, path: str, depth: int) -> object:
        self._seen += 1
        if depth > _DEEPEST or self._seen > _MOST:
            raise BadFile([Fault(node.start_mark.line + 1, path, "is nested too deeply, or holds too much")])
        if not isinstance(node, yaml.ScalarNode) and node.tag not in PARTED:
            self._faults.add(path, f"has a tag that means nothing here: {node.tag}")
        if isinstance(node, yaml.MappingNode):
            return {name: self.value_of(one, at, depth + 1) for name, at, one in self._members(node, path)}
        if isinstance(node, yaml.SequenceNode):
            return [self.value_of(one, at, depth + 1) for at, one in self._items(node, path)]
        return self._word(node, path)

    def _members(self, node: yaml.MappingNode, path: str) -> Iterator[tuple[str, str, yaml.Node]]:
        seen: set[str] = set()
        for key, one in node.value:
            line = key.start_mark.line + 1
            name = _name(key)
            if name is None:
                self._lines.setdefault(f"{path}.?", line)
                self._faults.add(f"{path}.?", "has a name that is no text")
                continue
            at = f"{path}.{name}" if path else name
            if name in seen:
                self._lines[at] = line
                self._faults.add(at, "is there twice")
                continue
            seen.add(name)
            self._lines[at] = line
            yield name, at, one

    def _items(self, node: yaml.SequenceNode, path: str) -> Iterator[tuple[str, yaml.Node]]:
        for place, one in enumerate(node.value):
            at = f"{path}[{place}]"
            self._lines[at] = one.start_mark.line + 1
            yield at, one

    def _word(self, node: yaml.Node, path: str) -> object:
        read = READERS.get(node.tag)
        if read is None:
            self._faults.add(path, f"has a tag that means nothing here: {node.tag}")
            return None
        try:
            return read(node.value)
        except ValueError as error:
            self._faults.add(path, str(error))
            return None


def _name(key: yaml.Node) -> str | None:
    """Return the name of a member; None where it is no text."""
    try:
        return plain(str(key.value)) if isinstance(key, yaml.ScalarNode) else None
    except ValueError:
        return None


def _unread(error: MarkedYAMLError | ReaderError, text: str) -> Fault:
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Fault(line, "", "holds a character that no text has")
    mark = error.problem_mark or error.context_mark
    words = " ".join(part for part in (error.context, error.problem) if part)
    return Fault(mark.line + 1 if mark else 1, "", f"is no YAML: {words}")
