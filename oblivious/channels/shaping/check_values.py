"""What every part of a shaping is checked for."""

import math
from collections.abc import Callable, Sized
from typing import cast

from oblivious.adapters.lenient import is_object
from oblivious.channels.texts import kept
from oblivious.contracts.changes import ChangeRefused

_DEEPEST = 40
_MOST = 100


def few(things: Sized, field: str) -> None:
    """Hold the length of a list.

    Raises:
        ChangeRefused: it has more entries than anyone needs.
    """
    if len(things) > _MOST:
        raise ChangeRefused(field, f"has at most {_MOST} entries, not {len(things)}")


def understood(text: str, read: Callable[[str], object], field: str) -> None:
    """See that a text can be read.

    Raises:
        ChangeRefused: in the words of the ValueError that reading it raises.
    """
    try:
        read(text)
    except ValueError as error:
        raise ChangeRefused(field, str(error)) from None


def check_json(value: object, field: str, depth: int = 0) -> None:
    """See that a value, whoever has read it, can be said in JSON.

    Raises:
        ChangeRefused: names the innermost value that cannot.
    """
    if depth > _DEEPEST:
        raise ChangeRefused(field, f"is nested deeper than {_DEEPEST} levels")
    if is_object(value):
        for name, member in value.items():
            if not _is_plain_text(name):
                raise ChangeRefused(field, "has a name that is no text")
            kept(field, name)
            check_json(member, f"{field}.{name}", depth + 1)
    elif isinstance(value, list | tuple):
        for at, item in enumerate(cast("list[object]", value)):
            check_json(item, f"{field}[{at}]", depth + 1)
    elif _is_plain_text(value):
        kept(field, cast("str", value))
    elif not (_is_plain_number(value) or value is None):
        raise ChangeRefused(field, "cannot be said in JSON")


def _is_plain_text(value: object) -> bool:
    return type(value) is str and not any("\ud800" <= character <= "\udfff" for character in value)


def _is_plain_number(value: object) -> bool:
    return isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))
