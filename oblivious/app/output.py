"""How the command line answers: a table for people, JSON for programs."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import click
import msgspec
from rich.console import Console
from rich.table import Table

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that programs get whole and people in tables.

    Attributes:
        tables: each by its title; one without rows is left out.
        remark: what both should know of the answer, and what is no part of it; empty: nothing.
    """

    whole: object
    tables: Mapping[str, Sequence[Row]]
    remark: str = ""


Answer = Row | Sequence[Row] | Told

_PIPE_WIDTH = 400


def say(answer: Answer, *, as_json: bool, columns: Sequence[str] = ()) -> None:
    """Print an answer; the table of a list has only these columns, if any are named."""
    if isinstance(answer, Told):
        _say_told(answer, as_json=as_json)
    elif as_json:
        click.echo(msgspec.json.encode(answer, enc_hook=str))
    elif isinstance(answer, Mapping):
        _print([{"field": name, "value": value} for name, value in answer.items()])
    else:
        _print([{name: row[name] for name in columns or row} for row in answer])


def _say_told(told: Told, *, as_json: bool) -> None:
    if told.remark:
        click.echo(told.remark, err=True)  # a program reads the answer, and nothing else, from stdout
    if as_json:
        click.echo(msgspec.json.encode(told.whole))
        return
    for number, (title, rows) in enumerate((title, rows) for title, rows in told.tables.items() if rows):
        click.echo(f"\n{title}" if number else title)
        _print(rows)


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
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value).items()
        told = ((name, _cell(member)) for name, member in members)
        return ", ".join(f"{name}={text}" for name, text in told if text)
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)
        between = "\n" if any(isinstance(item, Mapping) for item in items) else ", "
        return between.join(map(_cell, items))
    return "" if value is None else str(value)
