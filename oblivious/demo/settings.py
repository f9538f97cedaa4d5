"""Reads what a request asks the demo to do: from its model name, from its headers."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from oblivious.demo.behaviour import PLAIN, Behaviour
from oblivious.demo.faults import FAULTS, NONE
from oblivious.demo.values import natural, rate

SEPARATOR = "@"
FAULT_HEADER = "x-demo-fault"
Changes = dict[str, Any]


class UnknownSetting(Exception):
    """The request asks for something that the demo can't do."""


class Setting(msgspec.Struct, frozen=True):
    """A word that changes how a request is answered; `reads` raises ValueError."""

    describes: str
    value: str
    reads: Callable[[str], Changes]


_USAGES: dict[str, Changes] = {
    "counted": {"usage_given": True, "usage_fixed": None},
    "missing": {"usage_given": False, "usage_fixed": None},
    "zero": {"usage_given": True, "usage_fixed": (0, 0)},
}


def _usage(value: str) -> Changes:
    if value in _USAGES:
        return _USAGES[value]
    input_tokens, output_tokens = (natural(part) for part in value.split("/"))
    return {"usage_given": True, "usage_fixed": (input_tokens, output_tokens)}


SETTINGS: dict[str, Setting] = {
    "latency": Setting("time before the first byte", "milliseconds", lambda v: {"latency_ms": natural(v)}),
    "pace": Setting("time between two events of a stream", "milliseconds", lambda v: {"pace_ms": natural(v)}),
    "length": Setting("how long the output is", "words", lambda v: {"length": natural(v)}),
    "usage": Setting("the usage reported", "counted, missing, zero or INPUT/OUTPUT", _usage),
    "fault-rate": Setting("how likely the fault is", "0 to 1", lambda v: {"fault_rate": rate(v)}),
    "retry-after": Setting("sent with a failing status", "seconds", lambda v: {"retry_after": natural(v)}),
}

_HEADERS = {
    "x-demo-latency-ms": "latency",
    "x-demo-pace-ms": "pace",
    "x-demo-length": "length",
    "x-demo-usage": "usage",
}
# The longest name first: `cut-mid-3` is not a `cut` of `mid-3`.
_NAMES = sorted([*SETTINGS, *FAULTS], key=len, reverse=True)


def from_model(model: str, behaviour: Behaviour) -> Behaviour:
    """Return `behaviour` as changed by what follows the separator in a model name.

    Raises:
        UnknownSetting: a word that is no setting and no fault, or its value makes no sense.
    """
    _, *items = model.split(SEPARATOR)
    return changed(tuple(items), behaviour) if items else behaviour


def from_headers(headers: Mapping[str, str], behaviour: Behaviour) -> Behaviour:
    """Return `behaviour` as changed by the headers of a request.

    Raises:
        UnknownSetting: a word that is no setting and no fault, or its value makes no sense.
    """
    items = [f"{name}={headers[header]}" for header, name in _HEADERS.items() if header in headers]
    items += items_of(headers.get(FAULT_HEADER, ""))
    return changed(tuple(items), behaviour) if items else behaviour


def items_of(text: str) -> list[str]:
    """Return the settings in a list separated by semicolons: `status=503;retry-after=2`."""
    return [item.strip() for item in text.split(";") if item.strip()]


@lru_cache(maxsize=1024)
def changed(items: tuple[str, ...], behaviour: Behaviour) -> Behaviour:
    """Return `behaviour` as changed by items of the form `name`, `name-value` or `name=value`.

    Who names a fault gets it whole: how likely it is, and what is sent with it, is not taken over.

    Raises:
        UnknownSetting: a name is no setting and no fault, or its value makes no sense.
    """
    changes: Changes = {}
    for item in items:
        changes |= _changes(item)
    own = {"fault_rate": PLAIN.fault_rate, "retry_after": PLAIN.retry_after} if "fault" in changes else {}
    return msgspec.structs.replace(behaviour, **(own | changes))


def _changes(item: str) -> Changes:
    name = next((name for name in _NAMES if item == name or item.startswith((f"{name}-", f"{name}="))), None)
    if name is None:
        raise UnknownSetting(f"The demo upstream has no setting '{item}'.")
    try:
        return _read(name, item[len(name) + 1 :])
    except ValueError as error:
        raise UnknownSetting(f"The demo upstream can't read the value of '{item}'.") from error


def _read(name: str, value: str) -> Changes:
    if name in SETTINGS:
        return SETTINGS[name].reads(value)
    FAULTS[name].reads(value)
    return {"fault": "" if name == NONE else name, "fault_value": value}
