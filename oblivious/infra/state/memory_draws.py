"""The draws of a single process: pure owners and a clock."""

from collections.abc import Callable, Sequence

from oblivious.contracts.meters import Reading
from oblivious.infra.state.draws import GRANTED, Corrections, Draw, Drawn, all_back
from oblivious.infra.state.memory import monotonic_ms
from oblivious.infra.state.owner import Owner
from oblivious.infra.state.remembered import Remembered


class MemoryDraws:
    """`Draws` that live and die with their process, and are never out of reach."""

    lost_ends = 0

    def __init__(self, *, now: Callable[[], int] = monotonic_ms) -> None:
        self._now = now
        self._owners: Remembered[str, Owner] = Remembered(lambda _: Owner())

    async def draw(self, hold_id: str, draws: Sequence[Draw], lease_ms: int) -> Drawn:
        """See `Draws.draw`."""
        now = self._now()
        answers = [self._owners.at(one.owner, now).draw(hold_id, one.meters, lease_ms, now) for one in draws]
        for index, (meter, retry_after_ms) in enumerate(answers):
            if meter != GRANTED:
                self.undo(hold_id, draws)
                return Drawn((index, meter), retry_after_ms)
        return Drawn(None, 0)

    def give_back(self, hold_id: str, draws: Sequence[Draw], corrections: Corrections = ()) -> None:
        """See `Draws.give_back`."""
        now = self._now()
        for index, one in enumerate(draws):
            deltas = corrections[index] if index < len(corrections) else ()
            owner = self._owners.at(one.owner, now)
            owner.give_back(hold_id, zip(one.meters, deltas, strict=False), now)

    def undo(self, hold_id: str, draws: Sequence[Draw]) -> None:
        """See `Draws.undo`."""
        self.give_back(hold_id, draws, all_back(draws))

    async def renew(self, holds: Sequence[tuple[str, str]], lease_ms: int) -> None:
        """See `Draws.renew`."""
        now = self._now()
        for name, hold_id in holds:
            owner = self._owners.get(name)
            if owner is not None:
                owner.renew(hold_id, now + lease_ms)

    async def readings(self, draws: Sequence[Draw]) -> list[tuple[Reading, ...]]:
        """See `Draws.readings`."""
        now = self._now()
        return [self._owners.at(one.owner, now).readings(one.meters, now) for one in draws]
