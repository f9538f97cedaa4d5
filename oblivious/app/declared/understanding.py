"""From plain values to what a file says, with everything that is wrong in them. Pure."""

from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import UNSET

from oblivious.adapters.lenient import is_list, is_object
from oblivious.app.declared.faults import Faults, joined
from oblivious.app.declared.file import VERSION, File, Reference
from oblivious.channels.reading import refusal

S = TypeVar("S", bound=msgspec.Struct)

_NO_SECRET = "is not written here: say where it stands, {env: NAME} or {file: PATH}"  # noqa: S105 - words
_EMPTY = "is empty: leave it out, or say {} or [] for none"


def understand_file(value: object, faults: Faults) -> File:
    """Read a file; what is wrong in it has its default in what is returned."""
    file = understand(value, File, "", faults)
    if file.version != VERSION and not faults.below("version"):
        faults.add("version", f"is {VERSION}, the only one there is")
    return file


def understand(value: object, kind: type[S], path: str, faults: Faults) -> S:
    """Read an object member by member."""
    if not is_object(value):
        _wrong(value, path, _NO_SECRET if kind is Reference else "is an object with members", faults)
        return kind()
    fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
    said: dict[str, Any] = {}
    for name, member in value.items():
        at = joined(path, name)
        if name in fields:
            said[name] = _value(member, fields[name], at, faults)
        else:
            faults.add(at, f"is nothing that is known here: there is {', '.join(fields)}")
    read = kind(**_usable(said.items()))
    if isinstance(read, Reference) and sum(map(bool, msgspec.structs.astuple(read))) != 1:
        faults.add(path, "names one place: {env: NAME} or {file: PATH}, or {kept: HINT} for what is there")
    return read


def _value(value: object, kind: Any, path: str, faults: Faults) -> object:
    """Read a member; UNSET where it is wrong."""
    inner = _without_none(kind)
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
        return understand(value, inner, path, faults)
    origin = get_origin(inner)
    if origin is dict:
        return _object(value, get_args(inner)[1], path, faults)
    if origin is list:
        return _list(value, get_args(inner)[0], path, faults)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        if not faults.of(path):
            faults.add(path, refusal(error, path).message)
        return UNSET


def _object(value: object, kind: Any, path: str, faults: Faults) -> object:
    if not is_object(value):
        return _wrong(value, path, "is an object with members", faults)
    return _usable((name, _value(one, kind, joined(path, name), faults)) for name, one in value.items())


def _list(value: object, kind: Any, path: str, faults: Faults) -> object:
    if not is_list(value):
        return _wrong(value, path, "is a list", faults)
    read = [_value(one, kind, f"{path}[{place}]", faults) for place, one in enumerate(value)]
    return [one for one in read if one is not UNSET]


def _wrong(value: object, path: str, words: str, faults: Faults) -> object:
    """Note what a value should be, unless there is none because it could not be read."""
    if not faults.of(path):
        faults.add(path, _EMPTY if value is None else words)
    return UNSET


def _without_none(kind: Any) -> Any:
    """Return what else there may be than None, where that is one kind."""
    others = [one for one in get_args(kind) if one is not NoneType] if isinstance(kind, UnionType) else []
    return others[0] if len(others) == 1 else kind


def _usable(said: Iterable[tuple[str, object]]) -> dict[str, Any]:
    return {name: value for name, value in said if value is not UNSET}
