"""What is asked of a channel to see whether it works, and how often. Pure."""

from typing import Annotated

import msgspec

from oblivious.channels.reading import read
from oblivious.channels.texts import trimmed

_Seconds = Annotated[int, msgspec.Meta(ge=10, le=7 * 24 * 3600)]


class Tests(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A schedule.

    Attributes:
        every_seconds: how often each key is asked; None: only on demand, and when it was switched off.
        models: public models that are asked for; empty: the first one.
        stream: the answer is asked for as a stream.
        sparse: nothing is asked while traffic has shown since the last time that it works.
    """

    every_seconds: _Seconds | None = None
    models: tuple[str, ...] = ()
    stream: bool = False
    sparse: bool = True


def read_tests(value: object, field: str = "tests") -> Tests:
    """Read what an operator says.

    Raises:
        ChangeRefused: names the member that is wrong: `tests.models[1]`.
    """
    tests = read(value, Tests, field)
    trimmed(f"{field}.models", tests.models)
    return tests
