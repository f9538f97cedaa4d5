"""Reads what operators say in JSON, and names the member that is wrong. Pure."""

import re
from typing import TypeVar

import msgspec

from oblivious.contracts.changes import ChangeRefused

T = TypeVar("T")

_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_MEMBER = re.compile(r"^Object (?:contains unknown field|missing required field) `(?P<name>[^`]*)`")


def read(value: object, kind: type[T], field: str) -> T:
    """Turn a JSON value into a struct.

    Raises:
        ChangeRefused: names the member below `field`: `limits.rpm`.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise refusal(error, field) from None


def refusal(error: msgspec.ValidationError, field: str) -> ChangeRefused:
    """Return what is wrong in the words of the command line and the API."""
    found = _PLACE.match(str(error))
    what, path = (found["what"], found["path"] or "") if found else (str(error), "")
    member = _MEMBER.match(what)
    place = field + path + (f".{member['name']}" if member else "")
    return ChangeRefused(place.lstrip("."), what[:1].lower() + what[1:])
