"""A board of health that can be out of reach."""

from collections.abc import Callable, Mapping, Sequence

from typing_extensions import override

from oblivious.channels.health import HealthMirror
from oblivious.infra.state.board.memory import MemoryBoard
from oblivious.infra.state.board.protocol import Health, Report, Rules
from oblivious.infra.state.errors import StoreUnreachable
from tests.fakes.clock import FakeClock

RULES = Rules(bad=2, last=4, first_ms=1_000, most_ms=60_000, calm_ms=60_000)


class FakeBoard(MemoryBoard):
    """The board of one process, asked as one on the network is.

    Attributes:
        clock: what it goes by; it stands still, unless the test gives another one.
        away: it is out of reach.
        reports: what it was told, in order.
    """

    def __init__(self, now: Callable[[], int] | None = None) -> None:
        self.clock = FakeClock()
        super().__init__(RULES, now=now or self.clock)
        self.away = False
        self.reports: list[Report] = []

    def mirror(self) -> HealthMirror:
        """Return the copy of another process."""
        return HealthMirror(self, RULES)

    @override
    async def report(self, reports: Sequence[Report]) -> list[Health | None]:
        self._reach()
        self.reports += reports
        return await super().report(reports)

    @override
    async def claim(self, subject: str, lease_ms: int) -> bool:
        self._reach()
        return await super().claim(subject, lease_ms)

    @override
    async def release(self, subject: str) -> None:
        self._reach()
        await super().release(subject)

    @override
    async def everything(self) -> Mapping[str, Health]:
        self._reach()
        return await super().everything()

    @override
    async def clear(self, subject: str) -> None:
        self._reach()
        await super().clear(subject)

    def _reach(self) -> None:
        if self.away:
            raise StoreUnreachable("as the test wants it")
