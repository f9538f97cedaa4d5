"""What is given to options: a text, or `@FILE` for what the file holds; JSON; limits."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import msgspec

from oblivious.app.commands.money import DOLLARS
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.money import to_nano

Options = Callable[[Callable[..., Any]], Callable[..., Any]]

_SPEND = "spend_nano_usd_per_day"
_COUNTED = ("rpm", "tpm", "concurrency")
_LIMITS: tuple[Options, ...] = (
    click.option("--limits", default=None, metavar="JSON", help="All limits at once, or @FILE with them."),
    click.option("--rpm", type=int, default=None, help="Requests a minute; 0: no limit."),
    click.option("--tpm", type=int, default=None, help="Tokens a minute; 0: no limit."),
    click.option("--concurrency", type=int, default=None, help="Requests in flight; 0: no limit."),
    click.option(
        "--spend-per-day",
        type=DOLLARS,
        default=None,
        help="US dollars in a day; 0: no limit.",
    ),
)


def taking(options: Sequence[Options]) -> Options:
    """Let a command take these options, in this order."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


limited = taking(_LIMITS)
"""Lets a command take limits; see `limits_of`."""


def text_of(given: str, field: str) -> str:
    """Return a text as it is given, or what the file holds that is named instead: `@FILE`.

    Raises:
        ChangeRefused: the file cannot be read.
    """
    if not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text()
    except (OSError, ValueError) as error:
        raise ChangeRefused(field, f"cannot be read from {given[1:]!r}: {_reason(error)}") from error


def json_of(given: str | None, field: str) -> Any:
    """Return what is given as JSON, or as `@FILE` with JSON; None for nothing.

    Raises:
        ChangeRefused: it is no JSON.
    """
    if given is None:
        return None
    try:
        return msgspec.json.decode(text_of(given, field))
    except msgspec.DecodeError as error:
        raise ChangeRefused(field, f"is no JSON: {error}") from error


def names_of(given: str | None) -> list[str] | None:
    """Return names that commas separate; None where nothing is given."""
    return None if given is None else [name.strip() for name in given.split(",") if name.strip()]


def mapping_of(
    given: Sequence[str], field: str = "map", form: str = "PUBLIC=UPSTREAM"
) -> dict[str, str] | None:
    """Return what pairs of the form `PUBLIC=UPSTREAM` say; None where nothing is given.

    Raises:
        ChangeRefused: a text is no such pair.
    """
    return dict(_pair(text, field, form) for text in given) or None


def limits_of(there: Mapping[str, Any], options: dict[str, Any]) -> Any:
    """Take the options of `limited` out of all options; return limits, None where none are given.

    `there` are those that hold now: each that is not given stays, unless all are given at once.

    Raises:
        ChangeRefused: they are no JSON.
    """
    whole = json_of(options.pop("limits"), "limits")
    dollars: Decimal | None = options.pop("spend_per_day")
    single = {name: options.pop(name) for name in _COUNTED}
    single[_SPEND] = None if dollars is None else to_nano(dollars)
    said = {name: limit for name, limit in single.items() if limit is not None}
    if not said or (whole is not None and not isinstance(whole, dict)):
        return whole
    limits = {**(there if whole is None else whole), **said}
    return {name: limit for name, limit in limits.items() if limit != 0}


def _pair(text: str, field: str, form: str) -> tuple[str, str]:
    public, equals, upstream = text.partition("=")
    if not equals:
        raise ChangeRefused(field, f"is {form}, not {text!r}")
    return public.strip(), upstream.strip()


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or "it is no text"
