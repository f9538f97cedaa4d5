"""Reads what an operator says of a channel's shaping, and names the member that makes no sense. Pure."""

from collections.abc import Callable, Mapping

from oblivious.adapters.lenient import is_object
from oblivious.adapters.providers.provider import Provider
from oblivious.channels.reading import read
from oblivious.channels.shaping.check_operations import check_operation
from oblivious.channels.shaping.check_values import check_json, few, understood
from oblivious.channels.shaping.names import is_token, settable
from oblivious.channels.shaping.paths import steps_of
from oblivious.channels.shaping.shaping import Shaping
from oblivious.channels.shaping.templates import template_of
from oblivious.contracts.changes import ChangeRefused

_FIELD = "shaping"
_MAPS: Mapping[str, tuple[type, str]] = {"headers": (str, "is a text"), "statuses": (int, "is a number")}
_MOST_CHARACTERS = 64 * 1024
_MOST_IN_A_HEADER = 4096
_SHORTEST_BEGINNING = 2
_STATUSES, _ERRORS = range(300, 600), range(400, 600)
_LONGEST_MS = 60 * 60 * 1000


def check_shaping(given: object, provider: Provider) -> Shaping:
    """Read the shaping of a channel of a provider's.

    Raises:
        ChangeRefused: names the member that is wrong: `shaping.operations[2].path`.
    """
    shaping = read_shaping(given)
    if shaping.dialect and shaping.dialect not in provider.speaks:
        spoken = ", ".join(sorted(provider.speaks))
        raise ChangeRefused(f"{_FIELD}.dialect", f"is one that {provider.name} speaks: {spoken}")
    return shaping


def read_shaping(given: object) -> Shaping:
    """Read a shaping, whoever the provider is.

    Raises:
        ChangeRefused: names the member that is wrong.
    """
    check_json(given, _FIELD)
    _check_maps(given)
    shaping = read(given, Shaping, _FIELD)
    for check in _CHECKS:
        check(shaping)
    return shaping


def _check_maps(given: object) -> None:
    """Name the entry that is of a wrong kind, which the decoder does not."""
    for name, (kind, words) in _MAPS.items():
        entries = given.get(name) if is_object(given) else None
        for key, value in entries.items() if is_object(entries) else ():
            if type(value) is not kind:
                raise ChangeRefused(f"{_FIELD}.{name}.{key}", words)


def _check_headers(shaping: Shaping) -> None:
    few(shaping.headers, f"{_FIELD}.headers")
    seen: set[str] = set()
    for name, template in shaping.headers.items():
        field = f"{_FIELD}.headers.{name}"
        if not is_token(name):
            raise ChangeRefused(field, "is no name of a header")
        if not settable(name):
            raise ChangeRefused(field, "is a header that only we write, or that never goes up")
        if name.lower() in seen:
            raise ChangeRefused(field, "is given twice")
        seen.add(name.lower())
        if len(template) > _MOST_IN_A_HEADER or not template.isprintable():
            raise ChangeRefused(field, f"has a printable text of at most {_MOST_IN_A_HEADER} characters")
        understood(template, template_of, field)


def _check_pass_headers(shaping: Shaping) -> None:
    few(shaping.pass_headers, f"{_FIELD}.pass_headers")
    for at, name in enumerate(shaping.pass_headers):
        field = f"{_FIELD}.pass_headers[{at}]"
        beginning = name.removesuffix("*")
        if not is_token(beginning) or "*" in beginning:
            raise ChangeRefused(field, "is the name of a header, or the beginning of names with * behind it")
        if beginning != name and len(beginning) < _SHORTEST_BEGINNING:
            raise ChangeRefused(field, "says more of the names than one letter")
        if not settable(beginning):
            raise ChangeRefused(field, "is a header that only we write, or that never goes up")


def _check_accounts(shaping: Shaping) -> None:
    for name in ("organisation", "project"):
        value: str = getattr(shaping, name)
        if not value.isascii() or not value.isprintable() or " " in value or len(value) > _MOST_IN_A_HEADER:
            raise ChangeRefused(f"{_FIELD}.{name}", "holds characters that no such id has")


def _check_operations(shaping: Shaping) -> None:
    few(shaping.operations, f"{_FIELD}.operations")
    for at, operation in enumerate(shaping.operations):
        check_operation(operation, f"{_FIELD}.operations[{at}]")


def _check_system(shaping: Shaping) -> None:
    if shaping.system is None:
        return
    field = f"{_FIELD}.system.text"
    if not shaping.system.text.strip() or len(shaping.system.text) > _MOST_CHARACTERS:
        raise ChangeRefused(field, f"is a text of at most {_MOST_CHARACTERS} characters")
    understood(shaping.system.text, template_of, field)


def _check_fields(shaping: Shaping) -> None:
    fields = shaping.fields
    if fields is None:
        return
    if bool(fields.drop) is bool(fields.only):
        raise ChangeRefused(f"{_FIELD}.fields", "names either what to drop, or what goes up only")
    few(fields.drop, f"{_FIELD}.fields.drop")
    few(fields.only, f"{_FIELD}.fields.only")
    for at, path in enumerate(fields.drop):
        understood(path, steps_of, f"{_FIELD}.fields.drop[{at}]")


def _check_statuses(shaping: Shaping) -> None:
    for came, taken in shaping.statuses.items():
        field = f"{_FIELD}.statuses.{came}"
        if not (came.isascii() and came.isdecimal() and int(came) in _STATUSES and str(int(came)) == came):
            raise ChangeRefused(field, f"is a status from {_STATUSES[0]} to {_STATUSES[-1]}")
        if taken not in _ERRORS:
            raise ChangeRefused(field, f"is taken for a status from {_ERRORS[0]} to {_ERRORS[-1]}")


def _check_timeouts(shaping: Shaping) -> None:
    for name in shaping.timeouts.__struct_fields__ if shaping.timeouts else ():
        value: int | None = getattr(shaping.timeouts, name)
        if value is not None and not 1 <= value <= _LONGEST_MS:
            raise ChangeRefused(
                f"{_FIELD}.timeouts.{name}", f"lies between 1 and {_LONGEST_MS} milliseconds, not {value}"
            )


_CHECKS: tuple[Callable[[Shaping], None], ...] = (
    _check_headers,
    _check_pass_headers,
    _check_accounts,
    _check_operations,
    _check_system,
    _check_fields,
    _check_statuses,
    _check_timeouts,
)
