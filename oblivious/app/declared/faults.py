"""What is wrong with a file, each with its line."""

import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from oblivious.contracts.changes import ChangeRefused

_LAST_STEP = re.compile(r"(\.[^.\[\]]*|\[[^\]]*\])\Z")


class Fault(NamedTuple):
    """One thing that is wrong; `line` counts from 1, `path` is empty for the file as a whole."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.line}: {self.path}: {self.message}" if self.path else f"{self.line}: {self.message}"


class BadFile(Exception):
    """The file cannot be applied, and nothing was changed; holds everything that is wrong, by line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Faults:
    """Gathers what is wrong."""

    def __init__(self, lines: Mapping[str, int], found: Iterable[Fault] = ()) -> None:
        """Begin with what was found before.

        `lines`: path to the line that it begins at, that of the whole file under the empty path.
        """
        self._lines = lines
        self._found = dict.fromkeys(found)

    def add(self, path: str, message: str) -> None:
        """Note what is wrong at a path; one that is not in the file has the line of what it would be in."""
        self._found[Fault(self._line(path), path, message)] = None

    def below(self, path: str) -> bool:
        """Say whether something is wrong at a path or in it."""
        inside = (path + ".", path + "[")
        return any(fault.path == path or fault.path.startswith(inside) for fault in self._found)

    def of(self, path: str) -> bool:
        """Say whether something is wrong with what stands at a path, and not only in it."""
        return any(fault.path == path for fault in self._found)

    @contextmanager
    def at(self, path: str) -> Generator[None]:
        """Note what is refused inside, at its place below the path, and go on."""
        try:
            yield
        except ChangeRefused as error:
            self.add(joined(path, error.field), error.message)

    def check(self) -> None:
        """Go on only if nothing is wrong.

        Raises:
            BadFile: something is.
        """
        if self._found:
            raise BadFile(self.found())

    def found(self) -> list[Fault]:
        """Return what is wrong, by line."""
        return sorted(self._found)

    def _line(self, path: str) -> int:
        while path not in self._lines:
            shorter = _LAST_STEP.sub("", path)
            path = shorter if shorter != path else ""
        return self._lines[path]


def joined(path: str, field: str) -> str:
    """Return the path of a field, or of a place in a list, below another path."""
    if not path or not field or field.startswith("["):
        return path + field
    return f"{path}.{field}"
