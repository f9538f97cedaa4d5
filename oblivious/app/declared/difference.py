"""What has become different, said for people and for programs. Pure."""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from oblivious.adapters.lenient import is_object
from oblivious.app.declared.forms import Form
from oblivious.app.declared.house import Entry, House, labels

_MARKS = {"add": "+", "change": "~", "remove": "-"}
_NOTHING = object()


class Change(msgspec.Struct, frozen=True):
    """One thing that appears, goes, or has another member.

    Attributes:
        section, name: which: `channels` and its name.
        field: the member that changes: `keys.main.pool`; empty where the whole thing appears or goes.
        before, after: None: nothing. Secrets are never told, only that there is another one.
    """

    change: Literal["add", "change", "remove"]
    section: str
    name: str
    field: str = ""
    before: Any = None
    after: Any = None


def differences(before: House, after: House) -> list[Change]:
    """Return what has changed, in the order of a file."""
    return [
        change
        for section in after
        for name in sorted({*before[section], *after[section]})
        for change in _changes(section, name, before[section].get(name), after[section].get(name))
    ]


def told(change: Change) -> str:
    """Return a change in a line for people."""
    where = f"{_MARKS[change.change]} {change.section} {change.name}"
    if change.change == "add":
        return f"{where}: {_text(change.after)}"
    if change.change == "remove":
        return where
    return f"{where}: {change.field}: {_text(change.before)} -> {_text(change.after)}"


def _changes(section: str, name: str, before: Entry | None, after: Entry | None) -> Iterator[Change]:
    if after is None:
        yield Change("remove", section, name, before=before.form if before else None)
    elif before is None:
        yield Change("add", section, name, after=after.form)
    else:
        fields = list(_members(_flat(before.form), _flat(after.form), ""))
        for field, old, new in fields:
            yield Change("change", section, name, field, old, new)
        for place, sealed in after.sealed.items():
            untold = not any(field == place or field.startswith(f"{place}.") for field, _, _ in fields)
            if untold and before.sealed.get(place, sealed) != sealed:
                yield Change("change", section, name, place, "a secret", "another one")


def _members(before: object, after: object, path: str) -> Iterator[tuple[str, object, object]]:
    if is_object(before) and is_object(after):
        for name in {**before, **after}:
            at = f"{path}.{name}" if path else name
            yield from _members(before.get(name, _NOTHING), after.get(name, _NOTHING), at)
    elif before is _NOTHING or after is _NOTHING or _json(before) != _json(after):
        yield path, _or_none(before), _or_none(after)


def _flat(form: Form) -> Form:
    """Return a form with its keys by what they are called."""
    keys: list[Form] = form.get("keys", [])
    return {**form, "keys": dict(zip(labels(keys), keys, strict=True))}


def _or_none(value: object) -> object:
    return None if value is _NOTHING else value


def _json(value: object) -> bytes:
    # Not by equality: true is no 1 in JSON.
    return msgspec.json.encode(value, order="sorted")


def _text(value: object) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
