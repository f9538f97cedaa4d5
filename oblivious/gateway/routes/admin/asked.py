"""How lists are asked for: search, filters, order, and where to go on. Pure; one way for all lists."""

import base64
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from oblivious.contracts.changes import ChangeRefused

Source = TypeVar("Source")

USUAL_LIMIT, MOST = 50, 200
_LARGEST = 2**63 - 1
_LONGEST = 1000
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_FLAGS = {"true": True, "false": False}
_OURS = ("q", "sort", "limit", "cursor")


@dataclass(frozen=True, slots=True)
class Field(Generic[Source]):
    """Something that a list can be filtered and sorted by.

    Attributes:
        source: where its value is: a column, or a function of an item.
        kind: what its value is: `str`, `int`, `bool` or `datetime`.
        choices: the values it has, where they are few.
        filters, sorts: what it is good for.
        holds: how an item is found by it where it is not by equality; given the source and the value.
    """

    source: Source
    kind: type = str
    choices: tuple[str, ...] = ()
    filters: bool = True
    sorts: bool = True
    holds: Callable[[Any, Any], Any] | None = None


class Order(msgspec.Struct, frozen=True, array_like=True):
    """A field that a list is sorted by."""

    field: str
    descending: bool = False


class Asked(msgspec.Struct, frozen=True):
    """What a client wants of a list.

    Attributes:
        q: a text to look for, whatever the case of its letters; empty: none.
        filters: field to the value that it must have.
        order: ends with the key of the list, so that no two items are in the same place.
        after: the values, in this order, of the last item that the client has; None: it has none.
    """

    q: str
    filters: Mapping[str, Any]
    order: Sequence[Order]
    limit: int
    after: Sequence[Any] | None


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    order: list[Order]
    values: list[Any]


def read_asked(
    query: Iterable[tuple[str, str]], fields: Mapping[str, Field[Any]], *, key: str, usual: str
) -> Asked:
    """Read the query of a list by what it declares.

    Args:
        query: names and values as they came.
        fields: what there is, by name.
        key: the field that tells items apart.
        usual: the order where none is asked for, as `sort` writes it.

    Raises:
        ChangeRefused: names the parameter that is unknown, comes twice, or makes no sense.
    """
    given: dict[str, str] = {}
    filters = [name for name, field in fields.items() if field.filters]
    for name, value in query:
        if name not in (*_OURS, *filters):
            raise ChangeRefused(name, f"is no parameter of this list: it has {', '.join((*_OURS, *filters))}")
        if name in given:
            raise ChangeRefused(name, "is given twice")
        given[name] = _text(name, value)
    order = _order(given.get("sort", usual), fields, key)
    return Asked(
        q=given.get("q", "").strip(),
        filters={name: _value(name, given[name], fields[name]) for name in filters if name in given},
        order=order,
        limit=_limit(given.get("limit")),
        after=_after(given["cursor"], order, fields) if "cursor" in given else None,
    )


def cursor_at(order: Sequence[Order], values: Sequence[Any]) -> str:
    """Return what a client sends to go on behind the item that has these values."""
    packed = msgspec.json.encode(_Cursor(list(order), list(values)))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _text(name: str, value: str) -> str:
    if len(value) > _LONGEST:
        raise ChangeRefused(name, f"is longer than {_LONGEST} characters")
    if "\x00" in value:
        raise ChangeRefused(name, "holds a character that no text has")
    return value


def _order(sort: str, fields: Mapping[str, Field[Any]], key: str) -> list[Order]:
    order: dict[str, Order] = {}
    sortable = [name for name, field in fields.items() if field.sorts]
    for part in sort.split(","):
        name = part.removeprefix("-")
        if name not in sortable:
            raise ChangeRefused("sort", f"{name!r} is none of {', '.join(sortable)}")
        order.setdefault(name, Order(name, descending=part != name))
    order.setdefault(key, Order(key))
    return list(order.values())


def _limit(text: str | None) -> int:
    limit = USUAL_LIMIT if text is None else _whole("limit", text)
    if not 1 <= limit <= MOST:
        raise ChangeRefused("limit", f"lies between 1 and {MOST}, not {limit}")
    return limit


def _value(name: str, text: str, field: Field[Any]) -> Any:
    if field.choices and text not in field.choices:
        raise ChangeRefused(name, f"is one of {', '.join(field.choices)}, not {text!r}")
    if field.kind is int:
        return _whole(name, text)
    if field.kind is bool:
        if text not in _FLAGS:
            raise ChangeRefused(name, f"is true or false, not {text!r}")
        return _FLAGS[text]
    return _moment(name, text) if field.kind is datetime else text


def _moment(name: str, text: str) -> datetime:
    try:
        moment = msgspec.convert(text, datetime)
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (msgspec.ValidationError, OverflowError) as error:
        raise ChangeRefused(name, f"is a time such as 2026-11-27T15:00:00Z, not {text!r}") from error


def _whole(name: str, text: str) -> int:
    if _WHOLE.fullmatch(text) is None or abs(int(text)) > _LARGEST:
        raise ChangeRefused(name, f"is a whole number, not {text!r}")
    return int(text)


def _after(cursor: str, order: list[Order], fields: Mapping[str, Field[Any]]) -> list[Any]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        read = msgspec.json.decode(packed, type=_Cursor)
        values: list[Any] = [
            msgspec.convert(value, fields[one.field].kind)
            for one, value in zip(order, read.values, strict=True)
        ]
    except ValueError as error:  # of base64, of its ASCII, and of msgspec alike
        raise ChangeRefused("cursor", "is not one that this list gave") from error
    if read.order != order:
        raise ChangeRefused("cursor", "belongs to another order: start again without it")
    return values
