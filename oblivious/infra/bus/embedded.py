"""Settlement without a broker: the shipper hands outcomes straight over."""

from collections.abc import Sequence

from oblivious.contracts.events import Outcome
from oblivious.infra.bus.protocols import BadOutcomes, DeadLetterBox, Handler


class EmbeddedSink:
    """Settles at once; what can never be settled goes to the dead letters."""

    def __init__(self, settle: Handler, dead: DeadLetterBox) -> None:
        self._settle = settle
        self._dead = dead

    async def deliver(self, outcomes: Sequence[Outcome]) -> None:
        """Settle the outcomes.

        Raises:
            Exception: whatever settlement or the dead letters ran into; then all come again.
        """
        try:
            await self._settle(list(outcomes))
        except BadOutcomes as bad:
            await self._dead.put(bad.rejected)
