from collections.abc import Iterator

from oblivious.adapters.chat.events import Counted
from oblivious.adapters.lenient import Json
from oblivious.contracts.usage import Usage

_INPUT, _OUTPUT = "prompt_eval_count", "eval_count"


def read_usage(value: Json) -> Usage | None:
    """Return what an answer says it used, None where it says nothing.

    A count of zero is not told (the server's types leave out what is empty, read 2026-11-27).
    """
    return next((counted.usage for counted in read_counted(value)), None)


def read_counted(value: Json) -> Iterator[Counted]:
    """Yield the same as an event, if there is one; without a count of the output it is not complete."""
    given, made = _count(value, _INPUT), _count(value, _OUTPUT)
    if given is not None or made is not None:
        yield Counted(Usage(given or 0, made or 0), complete=made is not None)


def _count(value: Json, name: str) -> int | None:
    count = value.get(name)
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
