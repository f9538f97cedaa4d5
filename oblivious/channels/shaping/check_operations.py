"""Whether an operation on a body makes sense."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from oblivious.channels.shaping.check_values import few, understood
from oblivious.channels.shaping.conditions import TESTS
from oblivious.channels.shaping.facts import FACTS, HEADER
from oblivious.channels.shaping.names import check_visible
from oblivious.channels.shaping.paths import steps_of
from oblivious.channels.shaping.patience import pattern_of
from oblivious.channels.shaping.shaping import Condition, Operation
from oblivious.channels.shaping.texts import expression_in, groups_in
from oblivious.contracts.changes import ChangeRefused

_MOST_CHARACTERS = 10_000


class Arguments(NamedTuple):
    """What an operation takes besides its path and its conditions, by the names of members."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


ARGUMENTS: Mapping[str, Arguments] = {
    "set": Arguments(("value",), ("keep",)),
    "delete": Arguments(),
    "move": Arguments(("to",), ("keep",)),
    "append": Arguments(("value",)),
    "prepend": Arguments(("value",)),
    "replace": Arguments(("find", "with")),
}


def check_operation(operation: Operation, field: str) -> None:
    """Check an operation, which stands at `field`.

    Raises:
        ChangeRefused: names the member that is wrong.
    """
    _check_arguments(operation, field)
    understood(operation.path, steps_of, f"{field}.path")
    if operation.to is not UNSET:
        _check_move(operation.path, operation.to, field)
    if operation.find is not UNSET and operation.with_ is not UNSET:
        _check_replacement(operation.find, operation.with_, field)
    few(operation.when, f"{field}.when")
    for at, condition in enumerate(operation.when):
        _check_condition(condition, f"{field}.when[{at}]")


def _check_arguments(operation: Operation, field: str) -> None:
    given = {
        "value": operation.value is not UNSET,
        "to": operation.to is not UNSET,
        "find": operation.find is not UNSET,
        "with": operation.with_ is not UNSET,
        "keep": operation.keep,
    }
    takes = ARGUMENTS[operation.op]
    for name, is_given in given.items():
        if name in takes.needs and not is_given:
            raise ChangeRefused(f"{field}.{name}", f"is missing: {operation.op} needs it")
        if is_given and name not in takes.needs + takes.may:
            raise ChangeRefused(f"{field}.{name}", f"means nothing to {operation.op}")


def _check_move(path: str, to: str, field: str) -> None:
    understood(to, steps_of, f"{field}.to")
    source, target = steps_of(path), steps_of(to)
    for name, steps in (("path", source), ("to", target)):
        if None in steps:
            raise ChangeRefused(f"{field}.{name}", "names one place: nothing is moved along *")
    if target[: len(source)] == source:
        raise ChangeRefused(f"{field}.to", "lies in what is moved")


def _check_replacement(find: str, put: str, field: str) -> None:
    if not 0 < len(find) <= _MOST_CHARACTERS:
        raise ChangeRefused(f"{field}.find", f"is a text of 1 to {_MOST_CHARACTERS} characters")
    if len(put) > _MOST_CHARACTERS:
        raise ChangeRefused(f"{field}.with", f"is a text of at most {_MOST_CHARACTERS} characters")
    expression = expression_in(find)
    if expression is None:
        return
    understood(expression, pattern_of, f"{field}.find")
    if groups_in(put) > pattern_of(expression).groups:
        raise ChangeRefused(f"{field}.with", f"speaks of a group that {find} does not have")


def _check_condition(condition: Condition, field: str) -> None:
    if bool(condition.path) is bool(condition.fact):
        raise ChangeRefused(field, "looks at either a path or a fact")
    if condition.path:
        understood(condition.path, steps_of, f"{field}.path")
    else:
        _check_fact(condition.fact, f"{field}.fact")
    if all(getattr(condition, name) is UNSET for name in TESTS):
        raise ChangeRefused(field, f"tests something: {', '.join(name.rstrip('_') for name in TESTS)}")
    if not isinstance(condition.in_, UnsetType):
        few(condition.in_, f"{field}.in")
    if not isinstance(condition.matches, UnsetType):
        understood(condition.matches, pattern_of, f"{field}.matches")


def _check_fact(fact: str, field: str) -> None:
    if not fact.startswith(HEADER):
        if fact not in FACTS:
            raise ChangeRefused(field, f"is one of {', '.join(FACTS)}, or {HEADER}x-name")
        return
    understood(fact.removeprefix(HEADER), check_visible, field)
