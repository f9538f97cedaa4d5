"""Finds all that is wrong with a part, and not only the first: it looks at each member alone. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from oblivious.adapters.lenient import is_list, is_object
from oblivious.app.declared.faults import Faults, joined
from oblivious.channels.judge import read_rules
from oblivious.contracts.changes import ChangeRefused

Check = Callable[[Mapping[str, Any]], object]


class Piece(NamedTuple):
    """A member of a part, or an entry of a list in it: where it stands alone, and where it does stand."""

    value: dict[str, Any]
    alone: str
    stands: str


def pieces_of(part: Mapping[str, Any]) -> Iterator[Piece]:
    """Yield the members of a part."""
    for name, member in part.items():
        if is_list(member) and all(map(is_object, member)):
            for place, entry in enumerate(member):
                yield Piece({name: [entry]}, f"{name}[0]", f"{name}[{place}]")
        else:
            yield Piece({name: member}, name, name)


def check_pieces(part: Mapping[str, Any], check: Check, field: str, path: str, faults: Faults) -> None:
    """Note what `check` refuses of each piece of the part that is the member `field` of what is at `path`."""
    for piece in pieces_of(part):
        try:
            check(piece.value)
        except ChangeRefused as error:
            faults.add(joined(path, _stands(error.field, field, piece)), error.message)


def check_rules(rules: Sequence[Mapping[str, Any]], path: str, faults: Faults) -> None:
    """Note what is wrong with each of a provider's rules."""
    check_pieces({"rules": list(rules)}, lambda piece: read_rules(piece["rules"]), "", path, faults)


def _stands(refused: str, field: str, piece: Piece) -> str:
    alone = joined(field, piece.alone)
    if not refused.startswith(alone):
        return refused
    return joined(field, piece.stands) + refused.removeprefix(alone)
