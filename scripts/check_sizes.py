"""Hold the sizes of the house: files and functions that fit into one look.

Counts lines as they stand, docstrings and all. Prints the medians; every breach is named.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

FOLDERS = ("oblivious", "tests", "scripts", "bench", "migrations")
SOURCE = "oblivious"
GENERATED = "migrations/versions/"

FILE_CAP = 400
FUNCTION_CAP = 50
FILE_MEDIAN_CAP = 100
FUNCTION_MEDIAN_CAP = 10

# What may be larger, each with its reason: "path" or "path:function" -> why.
EXCEPTIONS: dict[str, str] = {}


@dataclass(frozen=True)
class Piece:
    """A file, or a function in it."""

    name: str
    lines: int


@dataclass(frozen=True)
class Sizes:
    """All files and functions of a tree; names start with a path relative to its root."""

    files: Sequence[Piece]
    functions: Sequence[Piece]

    def of_source(self) -> "Sizes":
        """The part that is the product."""
        return Sizes(*(_within(pieces, f"{SOURCE}/") for pieces in (self.files, self.functions)))


def measure(root: Path) -> Sizes:
    """Measure every Python file of ours below `root`, but those a tool has written."""
    files: list[Piece] = []
    functions: list[Piece] = []
    for path in _ours(root):
        name, text = path.relative_to(root).as_posix(), path.read_text()
        files.append(Piece(name, len(text.splitlines())))
        functions += _functions(name, ast.parse(text))
    return Sizes(files, functions)


def breaches(sizes: Sizes) -> list[str]:
    """Say what is too large, one sentence each."""
    source = sizes.of_source()
    return [
        *_over(sizes.files, FILE_CAP),
        *_over(sizes.functions, FUNCTION_CAP),
        *_median_over("files", source.files, FILE_MEDIAN_CAP),
        *_median_over("functions", source.functions, FUNCTION_MEDIAN_CAP),
    ]


def main() -> int:
    """Print medians and breaches; return the exit status."""
    sizes = measure(Path(__file__).parents[1])
    for title, part in (("source", sizes.of_source()), ("all", sizes)):
        print(f"{title}: {_summary('files', part.files)}; {_summary('functions', part.functions)}")
    found = breaches(sizes)
    for breach in found:
        print(breach)
    return 1 if found else 0


def _ours(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            if not path.relative_to(root).as_posix().startswith(GENERATED):
                yield path


def _functions(file: str, tree: ast.Module) -> Iterator[Piece]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Piece(f"{file}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)


def _within(pieces: Sequence[Piece], folder: str) -> list[Piece]:
    return [piece for piece in pieces if piece.name.startswith(folder)]


def _over(pieces: Sequence[Piece], cap: int) -> Iterator[str]:
    for piece in pieces:
        if piece.lines > cap and piece.name not in EXCEPTIONS:
            yield f"{piece.name} has {piece.lines} lines, more than {cap}"


def _median_over(kind: str, pieces: Sequence[Piece], cap: int) -> Iterator[str]:
    middle = _median(pieces)
    if middle > cap:
        yield f"the median of {kind} in {SOURCE}/ is {middle:g} lines, more than {cap}"


def _median(pieces: Sequence[Piece]) -> float:
    return median(piece.lines for piece in pieces) if pieces else 0


def _summary(kind: str, pieces: Sequence[Piece]) -> str:
    largest = max(pieces, key=lambda piece: piece.lines, default=Piece("none", 0))
    return f"{len(pieces)} {kind}, median {_median(pieces):g} lines, largest {largest.lines} ({largest.name})"


if __name__ == "__main__":
    sys.exit(main())
