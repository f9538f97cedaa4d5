"""`oblivious plan`, `oblivious apply` and `oblivious export`: the house in a file."""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import click
import msgspec

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base, opened
from oblivious.app.command import finish, json_option, settings_or_die
from oblivious.app.declared.applying import apply_document
from oblivious.app.declared.difference import Change, told
from oblivious.app.declared.exporting import exported
from oblivious.app.declared.faults import BadFile, Fault
from oblivious.app.declared.house import read_house
from oblivious.app.declared.reading import Document, read_document
from oblivious.app.declared.references import looking
from oblivious.infra.database.migrate import check_current
from oblivious.infra.database.sessions import reading, writing

_CHANGES = 2
_STDIN = "-"

_file = click.argument("file")
_keep = click.option("--keep", is_flag=True, help="Leave alone what a section of the file does not name.")


class _Faults(click.ClickException):
    """What is wrong with a file, a line for each."""

    def __init__(self, name: str, error: BadFile) -> None:
        super().__init__("\n".join(f"{name}:{fault}" for fault in error.faults))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the lines as they are, so that editors can jump to them."""
        click.echo(self.message, file=file or sys.stderr)


class _TakenBack(Exception):
    """Ends a transaction that was only tried."""


class _Misused(click.UsageError):
    """A wrong call of `plan`, whose 2 says something else."""

    exit_code = 1


class _Planning(click.Command):
    """Ends with 1 where it is called in a wrong way."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the arguments."""
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            raise _Misused(error.format_message(), error.ctx) from None


@click.command(cls=_Planning)
@_file
@_keep
@json_option
def plan(file: str, *, keep: bool, as_json: bool) -> None:
    """Show what `apply FILE` would change; `-` is the standard input.

    Ends with 0 where nothing would change, with 2 where something would, and with 1 where the file is wrong:
    everything that is wrong in it is told, each with its line.
    """
    changes = _carried_out(file, _read(file), keep=keep, wanted=lambda _: False)
    _say(changes, as_json=as_json)
    if changes:
        raise SystemExit(_CHANGES)


@click.command("apply")
@_file
@_keep
@click.option("--yes", is_flag=True, help="Do not ask; nobody is asked either who is at no terminal.")
@json_option
def apply(file: str, *, keep: bool, yes: bool, as_json: bool) -> None:
    """Bring groups, pools, models, providers, prices and channels to what a file says, whole or not at all.

    A section that the file does not have is left alone. In one that it has, what the file does not name is
    removed. Running gateways follow within a second.
    """
    document = _read(file)
    planned = _carried_out(file, document, keep=keep, wanted=lambda _: False)
    _say(planned, as_json=as_json)
    if not planned:
        return
    if not yes and sys.stdin.isatty():
        click.confirm("Do it?", abort=True, err=True)
    if _carried_out(file, document, keep=keep, wanted=lambda changes: changes == planned) != planned:
        raise click.ClickException("nothing was changed: what is there has changed meanwhile, so look again")


@click.command("export")
@click.argument("file", required=False)
def export(file: str | None) -> None:
    """Write everything that is there as a file for `apply`; secrets as references, or as kept."""
    text = finish(_exported())
    if file is None or file == _STDIN:
        click.echo(text, nl=False)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error


def _read(file: str) -> Document:
    try:
        return read_document(_text(file))
    except BadFile as error:
        raise _Faults(file, error) from None


def _text(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == _STDIN else Path(file).read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile([Fault(line, "", "is no text in UTF-8")]) from None


def _carried_out(
    file: str, document: Document, *, keep: bool, wanted: Callable[[list[Change]], bool]
) -> list[Change]:
    """Apply a file, or take it back unless its changes are wanted; return them."""

    async def run() -> list[Change]:
        async with opened(settings_or_die()) as base:
            await check_current(base.engine)
            return await _applied(base, document, keep=keep, wanted=wanted)

    try:
        return finish(run())
    except BadFile as error:
        raise _Faults(file, error) from None


async def _applied(
    base: Base, document: Document, *, keep: bool, wanted: Callable[[list[Change]], bool]
) -> list[Change]:
    changes: list[Change] = []
    with suppress(_TakenBack):
        async with writing(base.maker) as session:
            changes = await apply_document(
                session, document, providers=PROVIDERS, secrets=base.secrets, look=looking(), keep=keep
            )
            if not wanted(changes):
                raise _TakenBack
    return changes


async def _exported() -> str:
    async with opened(settings_or_die()) as base:
        await check_current(base.engine)
        async with reading(base.maker) as session:
            return exported(await read_house(session, PROVIDERS))


def _say(changes: list[Change], *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(changes))
    elif not changes:
        click.echo("nothing changes")
    for change in () if as_json else changes:
        click.echo(told(change))
