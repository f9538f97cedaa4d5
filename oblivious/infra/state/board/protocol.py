"""What is known of the health of subjects, and who is told; a subject is any text, and nothing else.

Times are milliseconds since 1970 by the board's own clock, which all processes that share the board go by.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Final, Protocol

import msgspec

GOOD: Final = "1"
BAD: Final = "0"


class Health(msgspec.Struct, frozen=True, gc=False):
    """How a subject fares; one that is well has none.

    Attributes:
        until_ms: before this moment nobody should pick it; 0 if it was never held.
        open: the breaker is open; after `until_ms` it is half-open: one request may try.
        strikes: how many holds it had in a row.
        hold_ms: how long the last hold was.
        window: its last outcomes from the first bad one on, the newest last: "1" is good, "0" is bad.
        reason: why the last hold was put on it.
        since_ms: when the first hold of the row began; 0 if it was never held.
    """

    until_ms: int = 0
    open: bool = False
    strikes: int = 0
    hold_ms: int = 0
    window: str = ""
    reason: str = ""
    since_ms: int = 0


WELL: Final = Health()
"""What one that has no health is taken for."""


class Rules(msgspec.Struct, frozen=True, gc=False):
    """When a breaker opens and how long a hold is.

    Attributes:
        bad: as many bad outcomes open the breaker ...
        last: ... among as many of the last ones.
        first_ms: the first back-off of a row; each further one is twice as long ...
        most_ms: ... up to this.
        calm_ms: a row ends when no other hold comes for so long after the last one, or four times its length.
    """

    bad: int = 5
    last: int = 10
    first_ms: int = 1_000
    most_ms: int = 300_000
    calm_ms: int = 60_000

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ValueError: it names the fields.
        """
        if not 1 <= self.bad <= self.last:
            raise ValueError("bad must be at least 1 and at most last")
        if not 1 <= self.first_ms <= self.most_ms:
            raise ValueError("first_ms must be at least 1 and at most most_ms")
        if self.calm_ms < 0:
            raise ValueError("calm_ms must not be below 0")


class Report(msgspec.Struct, frozen=True, gc=False):
    """What became of the attempts of a subject since the last report.

    Attributes:
        subject: whom it is about, not empty.
        outcomes: the newest last, "1" for good and "0" for bad; may be empty.
        hold_ms: None if no hold is asked for, 0 for one by the growing back-off, else how long it shall be.
        reason: why, for operators; its first 200 characters are kept.
    """

    subject: str
    outcomes: str = ""
    hold_ms: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse what no board understands.

        Raises:
            ValueError: it names the field.
        """
        if not self.subject:
            raise ValueError("subject must not be empty")
        if self.outcomes.strip(GOOD + BAD):
            raise ValueError("outcomes must be a text of 0 and 1")
        if self.hold_ms is not None and self.hold_ms < 0:
            raise ValueError("hold_ms must not be below 0")


class Change(msgspec.Struct, frozen=True, gc=False):
    """A subject's new health; None: it is well, or nothing is known of it any more."""

    subject: str
    health: Health | None


RESYNCHRONISE: Final = Change("", None)
"""Says that changes may have been missed: ask for everything. It comes first, and after interruptions."""


class Board(Protocol):
    """A state of health that all who share the board agree on.

    All methods that wait raise `StoreUnreachable` while the board's server is out of reach.
    """

    @property
    def healthy(self) -> bool:
        """Whether the board answers and, where somebody listens to its changes, still hears them."""
        ...

    def now_ms(self) -> int:
        """Return the board's time, as far as it is known here: what `until_ms` is to be compared with."""
        ...

    async def report(self, reports: Sequence[Report]) -> list[Health | None]:
        """Judge the reports in their order, all in one round trip; return what is known after each."""
        ...

    async def claim(self, subject: str, lease_ms: int) -> bool:
        """Have the subject to oneself for `lease_ms` at most; False: somebody has it, in whatever process."""
        ...

    async def release(self, subject: str) -> None:
        """Let others claim it; nothing happens if another process has it by now."""
        ...

    async def everything(self) -> Mapping[str, Health]:
        """Return all of whom there is something to say, by subject."""
        ...

    async def clear(self, subject: str) -> None:
        """Take the subject for well again, whatever was reported."""
        ...

    def changes(self) -> AsyncGenerator[Change]:
        """Yield what changes from now on, whoever reported it; RESYNCHRONISE is the first. It does not raise.

        Close the iterator when it is not read any more (`contextlib.aclosing`).
        """
        ...

    async def close(self) -> None:
        """Let go."""
        ...
