"""How often the shipper goes: a round costs as much for one outcome as for a hundred."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from oblivious.contracts.events import Outcome
from oblivious.infra.bus.shipper import Shipper
from tests.fakes.bus import Ledger
from tests.fakes.records import price, whole
from tests.integration.infra.bus.conftest import OpenJournal, write

POLL_MS = 50


class Busy(Ledger):
    """Takes its time, so that more is written while it does; remembers how much came at once."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    @override
    async def deliver(self, outcomes: Sequence[Outcome]) -> None:
        await super().deliver(outcomes)
        self.sizes.append(len(outcomes))
        await asyncio.sleep(POLL_MS / 5000)


async def test_a_trickle_travels_in_company(root: Path, open_journal: OpenJournal) -> None:
    """What comes one by one goes many at once, although there is always something more."""
    journal, ledger = open_journal(), Busy()
    shipper = Shipper(root, ledger, ledger, price, poll_ms=POLL_MS)
    running = asyncio.create_task(shipper.run())

    exchanges = [f"x{number}" for number in range(150)]
    for name in exchanges:
        await write(journal, *whole(name))
        await asyncio.sleep(0.002)
    await ledger.until_settled(exchanges)

    shipper.stop()
    await running
    shipper.close()
    assert len(ledger.sizes) < len(exchanges) / 5
