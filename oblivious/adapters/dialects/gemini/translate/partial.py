"""Arguments of a call that come in pieces: each names a place, and a value or more of the text there.

Only Vertex AI streams calls so, and only where it is asked to (`streamFunctionCallArguments`, 2026-11).
"""

import re
from typing import Any

from oblivious.adapters.lenient import Json, is_list, is_object, parts

_STEP = re.compile(r"""\.(?P<name>[^.\[\]]+)|\[(?:['"](?P<quoted>[^'"]*)['"]|(?P<index>\d{1,6}))\]""")
_DEEPEST = 64
_VALUES = ("stringValue", "numberValue", "boolValue")
_LARGEST = 4 * 1024 * 1024


class TooLarge(ValueError):
    """The arguments of one call are larger than any can be."""


class PartialCall:
    """One call that is still being told.

    Attributes:
        call: the members that it was begun with.
        signature: of one of its pieces.
    """

    __slots__ = ("_room", "arguments", "call", "signature")

    def __init__(self, call: Json) -> None:
        self.call = call
        self.arguments: Any = call.get("args") if is_object(call.get("args")) else {}
        self.signature: Any = None
        self._room = _LARGEST

    def add(self, piece: Json, signature: Any = None) -> None:
        """Hear more of it.

        Raises:
            TooLarge: it does not end.
        """
        self.signature = signature or self.signature
        for argument in parts(piece.get("partialArgs")):
            path, value = argument.get("jsonPath"), _value_in(argument)
            self._room -= len(value) if isinstance(value, str) else 1
            if self._room < 0:
                raise TooLarge
            if isinstance(path, str):
                self.arguments = _with(self.arguments, _steps(path), value)

    def whole(self) -> Json:
        """Return the call with all its arguments."""
        return {**self.call, "args": self.arguments if is_object(self.arguments) else {}}


def continues(call: Json) -> bool:
    """Whether more of a call will come."""
    return call.get("willContinue") is True


def _value_in(argument: Json) -> Any:
    return next((argument[name] for name in _VALUES if name in argument), None)


def _steps(path: str) -> list[str | int]:
    """Return the names and indices of a path."""
    found = list(_STEP.finditer(path, 1))[:_DEEPEST]
    return [int(step["index"]) if step["index"] else step["name"] or step["quoted"] or "" for step in found]


def _with(value: Any, steps: list[str | int], leaf: Any) -> Any:
    """Return a value with a leaf put at a place in it; a text that is there already grows."""
    if not steps:
        return value + leaf if isinstance(value, str) and isinstance(leaf, str) else leaf
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        found = value if is_list(value) else []
        if step < len(found):
            found[step] = _with(found[step], rest, leaf)
        elif step == len(found):
            found.append(_with(None, rest, leaf))
        return found
    members = value if is_object(value) else {}
    members[step] = _with(members.get(step), rest, leaf)
    return members
