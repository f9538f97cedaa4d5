"""The tables of a Markdown page, as rows of cells by column name."""

import re
from collections.abc import Iterator

Row = dict[str, str]

_TABLE = re.compile(r"^\|(.+)\|\n\|[ :|-]+\|\n((?:\|.*\|\n?)+)", re.MULTILINE)


def tables_in(page: str) -> Iterator[list[Row]]:
    """Yield every table; cells lose their backticks."""
    for head, body in _TABLE.findall(page):
        names = _cells(head)
        yield [dict(zip(names, _cells(line.strip("|")), strict=True)) for line in body.splitlines()]


def table_of(page: str, *columns: str) -> list[Row]:
    """Return the one table with exactly these columns."""
    (found,) = [rows for rows in tables_in(page) if tuple(rows[0]) == columns]
    return found


def words(cell: str) -> tuple[str, ...]:
    """Return what a cell lists, separated by commas."""
    return tuple(word.strip() for word in cell.split(",") if word.strip())


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.split("|")]
