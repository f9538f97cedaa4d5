"""How the command line answers: a table for people, JSON for programs."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, cast

import click
import msgspec
from rich.console import Console
from rich.table import Table

Row = Mapping[str, Any]

_PIPE_WIDTH = 400


def say(answer: Row | Sequence[Row], *, as_json: bool, columns: Sequence[str] = ()) -> None:
    """Print one object or a list of them; a table has only these columns, if any are named."""
    if as_json:
        click.echo(msgspec.json.encode(answer, enc_hook=str))
    elif isinstance(answer, Mapping):
        _print([{"field": name, "value": value} for name, value in answer.items()])
    else:
        _print([{name: row[name] for name in columns or row} for row in answer])


def _print(rows: Sequence[Row]) -> None:
    if not rows:
        click.echo("nothing")
        return
    table = Table(*rows[0], box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    # A pipe has no width to wrap at; and what is in the cells is data, no markup.
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    Console(width=width, markup=False, emoji=False, highlight=False).print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)
        return ", ".join(map(str, items))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
