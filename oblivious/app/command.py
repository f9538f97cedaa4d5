"""What all commands share: options, settings, and errors that end in one sentence."""

import functools
import sys
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import click
import uvloop
from pydantic import ValidationError

from oblivious.app.base import Base, opened
from oblivious.app.listening import CannotListen
from oblivious.app.output import Answer, say
from oblivious.app.settings import Settings, load_settings
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.database.engine import UnsupportedDatabase
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.installation import ForeignSecret
from oblivious.infra.database.migrate import SchemaOutdated, check_current
from oblivious.infra.telemetry.logs import configure_logs

P = ParamSpec("P")
T = TypeVar("T")

_EXPECTED = (CannotListen, ChangeRefused, ForeignSecret, SchemaOutdated, UnsupportedDatabase)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def one(what: str, given_as: str = "", **kind: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a command take the one thing it is about as an argument, or as an option of that name.

    `key disable 3` and `key disable --id 3` are the same. The function is given it as `given_as`, else by
    its name.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.argument(what, required=False, **kind)
        @click.option(f"--{what}", "named", hidden=True, **kind)
        @functools.wraps(command)
        def wrapped(*args: Any, named: Any, **options: Any) -> None:
            given = options.pop(what)
            if (given is None) == (named is None):
                raise click.UsageError(f"name one {what.upper()}")
            command(*args, **options, **{given_as or what: named if given is None else given})

        return wrapped

    return decorate


def settings_or_die(**overrides: object) -> Settings:
    """Read the settings, or say which one is wrong and end.

    Raises:
        click.ClickException: a setting is wrong.
    """
    try:
        return load_settings(**overrides)
    except ValidationError as error:
        raise click.ClickException(_sentences(error)) from error


def _sentences(error: ValidationError) -> str:
    lines: list[str] = []
    for fault in error.errors():
        name = "_".join(str(part) for part in fault["loc"]).upper()
        prefix = f"OBLIVIOUS_{name}: " if name else ""
        lines.append(prefix + fault["msg"].removeprefix("Value error, "))
    return "\n".join(lines)


Work = Callable[P, Awaitable[Answer]]


def answering(*columns: str) -> Callable[[Work[P]], Callable[..., None]]:
    """Make a command of an async function that is given the opened `Base` and returns what to print.

    A table shows only `columns`, if any are named; JSON always has all.
    """

    def decorate(work: Work[P]) -> Callable[..., None]:
        @json_option
        @functools.wraps(work)
        def command(*args: Any, as_json: bool, **options: Any) -> None:
            async def run() -> Answer:
                async with opened(settings_or_die()) as base:
                    await check_current(base.engine)
                    return await work(base, *args, **options)  # type: ignore[arg-type] # base is first

            say(finish(run()), as_json=as_json, columns=columns)

        return command

    return decorate


def finish(work: Awaitable[T]) -> T:
    """Run to the end; what is an operator's mistake becomes one sentence.

    Raises:
        click.ClickException: the operator's mistake.
    """

    async def run() -> T:
        return await work

    # What a command answers goes to stdout alone, so that a program can read it.
    writer = configure_logs("warning", "console", sys.stderr.buffer)
    try:
        return uvloop.run(run())
    except _EXPECTED as error:
        raise click.ClickException(str(error)) from error
    except DATABASE_LOST as error:
        first_line = str(error).partition("\n")[0]
        raise click.ClickException(f"the database did not answer: {first_line}") from error
    finally:
        writer.close()


__all__ = ["Base", "answering", "finish", "json_option", "settings_or_die"]
